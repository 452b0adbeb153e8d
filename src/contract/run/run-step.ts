import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { stepLimits } from '#src/domain/limits.ts';

/** Answer of `steps.claim`. */
export type StepClaim =
  /** The caller may do the work, and no other process does for as long as the lease. */
  | { state: 'claimed' }
  /** The work is done. `result` is JSON, or null for undefined. */
  | { state: 'done'; result: string | null }
  /** Another process works on it, for `retryAfterMs` at most unless it extends its lease. */
  | { state: 'busy'; retryAfterMs: number };

/** Answer of `steps.finish`: the result that is kept, which is an earlier one if there was one. */
export type StepResult = { result: string | null };

const name = storableText(stepLimits.nameLength).min(1);
const { min, max } = stepLimits.leaseSeconds;

/** Checks the input of `steps.claim`. The same `claimId` again extends the lease. */
export const stepClaimInput = z.strictObject({
  run: name,
  key: name,
  claimId: z.uuid(),
  leaseSeconds: z.number().min(min).max(max),
});

/** Checks the input of `steps.finish`. */
export const stepFinishInput = z.strictObject({
  run: name,
  key: name,
  result: storableText(stepLimits.resultBytes).nullable(),
});

/** Checks the input of `steps.release`. */
export const stepReleaseInput = z.strictObject({ run: name, key: name, claimId: z.uuid() });
