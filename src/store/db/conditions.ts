import type { DeliveryState } from '#src/domain/decide/job-state.ts';

/**
 * Conditions that several statements share. Partial indexes use the same words. A statement with the same condition in
 * other words may not use the index.
 */

/**
 * Milliseconds before its time at which an attempt already counts as due, because times are rounded to the millisecond.
 */
const earlyMs = 5;

/** Condition: an attempt is due. `of` is the table's alias with its dot, or empty. */
export const isDue = (of = ''): string => `${of}next_attempt_at <= now() + interval '${earlyMs} ms'`;

/** Condition: a job waits for an attempt. */
export const jobWaits = (of = ''): string => `${of}state in ('scheduled', 'queued', 'retrying')`;

/**
 * Condition: an attempt of the job is being made. The index over states leaves these jobs out, because each job would be
 * written into it once more; they are few, and the index over claims finds them.
 */
export const jobRuns = (of = ''): string => `${of}state = 'in_progress' and ${of}claimed_by is not null`;

/** Condition: the index over the states of jobs contains the job. */
export const inStateIndex = (of = ''): string => `${of}state <> 'in_progress'`;

/** Condition: a delivery waits for an attempt. */
export const deliveryWaits = (of = ''): string => `${of}state in ('pending', 'retrying')`;

/** Time since which a delivery waits: a replay of old events is not late. */
export const waitsSince = (of = ''): string => `coalesce(${of}resent_at, ${of}created_at)`;

/** Condition: a delivery has not ended. */
export const deliveryIsOpen = (of = ''): string => `${of}state in ('pending', 'in_progress', 'retrying')`;

/**
 * Condition: a delivery is in a state, in the words of the index that answers it. Delivered ones have none. Those that are
 * being sent are few, and the index over claims finds them.
 */
export function ofDeliveryState(p: (value: unknown) => string, state: DeliveryState, of = 't.'): string {
  if (state === 'in_progress') return `${of}state = 'in_progress' and ${of}claimed_by is not null`;
  return `${of}state = ${p(state)} and ${of}state <> 'delivered' and ${of}state <> 'in_progress'`;
}
