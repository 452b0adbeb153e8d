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

/** Reason why a `queued` job is held back. */
export type WaitReason = 'flow' | 'cooldown';

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
