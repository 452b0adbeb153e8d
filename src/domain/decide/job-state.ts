/** Every state of a job, in the order in which a job usually passes through them. */
export const jobStates = [
  'scheduled',
  'queued',
  'in_progress',
  'retrying',
  'completed',
  'failed',
  'cancelled',
] as const;

/**
 * State of a job: `scheduled` (not due yet) → `queued` (due) → `in_progress` → `retrying` (waits for its next attempt)
 * → `completed` | `failed` | `cancelled`. The last three are final: a job never leaves them.
 */
export type JobState = (typeof jobStates)[number];

/**
 * Every reason why a due job is held back. `flow`: its flow lets no more go now. `cooldown`: its target asked for a
 * pause. `origin`, `project`: jobs to its origin, or of its project, have all slots of the worker that they may have.
 * `paused`: its project, or its host, is paused.
 */
export const waitReasons = ['flow', 'cooldown', 'origin', 'project', 'paused'] as const;

/** Reason why a due job is held back. */
export type WaitReason = (typeof waitReasons)[number];

/** Every state of a delivery. */
export const deliveryStates = [
  'pending',
  'in_progress',
  'retrying',
  'delivered',
  'failed',
  'skipped',
  'cancelled',
] as const;

/**
 * State of a delivery: `pending` → `in_progress` → `retrying` → `delivered` | `failed` | `skipped` (endpoint disabled)
 * | `cancelled`.
 */
export type DeliveryState = (typeof deliveryStates)[number];

/** Returns true for the three final states. */
export function isTerminal(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
