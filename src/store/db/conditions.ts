/**
 * Conditions that several statements share. Partial indexes have the same words: a statement that says it in others may not
 * use them.
 */

/** Times are rounded to the millisecond: what is due within this many is due. */
const earlyMs = 5;

/** An attempt is due. `of` is the table's alias with its dot, or nothing. */
export const isDue = (of = ''): string => `${of}next_attempt_at <= now() + interval '${earlyMs} ms'`;

/** A job waits for an attempt. */
export const jobWaits = (of = ''): string => `${of}state in ('scheduled', 'queued', 'retrying')`;

/** A delivery waits for an attempt. */
export const deliveryWaits = (of = ''): string => `${of}state in ('pending', 'retrying')`;

/** A delivery has not ended. */
export const deliveryIsOpen = (of = ''): string => `${of}state in ('pending', 'in_progress', 'retrying')`;
