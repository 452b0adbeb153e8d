import type { StepClaim, StepResult } from '#src/contract/run/run-step.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { stepLimits } from '#src/domain/limits.ts';
import type { Reads } from '#src/engine/deps.ts';
import { claimStep, findStep, finishStep, releaseStep, type StepId } from '#src/store/run/run-step-rows.ts';

const { keptSeconds, resultBytes } = stepLimits;

/** Claims a step for a process, extends its lease, or tells what became of it. */
export async function takeStep(
  { db }: Reads,
  id: StepId,
  claim: { claimId: string; leaseSeconds: number },
): Promise<StepClaim> {
  if (await claimStep(db, id, { ...claim, keptSeconds })) return { state: 'claimed' };
  const step = await findStep(db, id);
  if (step?.done) return { state: 'done', result: step.result };
  return { state: 'busy', retryAfterMs: Math.max(0, Math.ceil(step?.leftMs ?? 0)) };
}

/**
 * Keeps the result of a step. The first result stays, also when two processes did the work because a lease had ended.
 * Throws a Refusal when the result is too large.
 */
export async function endStep({ db }: Reads, id: StepId, result: string | null): Promise<StepResult> {
  const size = Buffer.byteLength(result ?? '');
  if (size > resultBytes) {
    const most = resultBytes.toLocaleString('en-US');
    throw new Refusal('invalid_input', `\`result\` must be at most ${most} bytes of JSON, not ${size}`, 'result');
  }
  for (;;) {
    if (await finishStep(db, id, { result, keptSeconds })) return { result };
    const step = await findStep(db, id);
    if (step?.done) return { result: step.result };
  }
}

/** Gives a step back whose work has failed. */
export async function giveStepBack({ db }: Reads, id: StepId, claimId: string): Promise<void> {
  await releaseStep(db, id, claimId);
}
