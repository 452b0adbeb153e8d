/** Every state a job can be in, in the order it usually passes through them. */
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
 * `scheduled` (not due yet) → `queued` (due) → `in_progress` → `retrying` (waits for its next attempt)
 * → `completed` | `failed` | `cancelled`. The last three are final: a job never leaves them.
 */
export type JobState = (typeof jobStates)[number];

/** Why a `queued` job is held back, when it is. */
export type WaitReason = 'flow' | 'cooldown';

/** Every state a delivery can be in. */
export const deliveryStates = [
  'pending',
  'in_progress',
  'retrying',
  'delivered',
  'failed',
  'skipped',
  'cancelled',
] as const;

/** `pending` → `in_progress` → `retrying` → `delivered` | `failed` | `skipped` (endpoint disabled) | `cancelled`. */
export type DeliveryState = (typeof deliveryStates)[number];

/** True for the three states a job never leaves. */
export function isTerminal(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
