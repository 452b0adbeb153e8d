import { formatWait } from '#src/domain/decide/outcome-text.ts';
import type { Expectation } from './expectation.ts';

/** Returns an expectation in one sentence. */
export function endWords({ attempts, end, totalMs }: Expectation): string {
  const count = `${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}`;
  const took = attempts.length === 1 ? 'at once' : `in about ${formatWait(totalMs)}`;
  if (end === 'completed') return `The job is completed with ${count}, ${took}.`;
  if (end === 'open') return `The job goes on after ${count}.`;
  const last = attempts.at(-1)?.decision;
  const code = last?.then === 'fail' ? ` with ${last.error.code}` : '';
  return `The job fails${code} after ${count}, ${took}.`;
}

/** Returns how long the run takes, for the foot of a form. */
export function durationWords({ totalMs, attempts }: Expectation): string {
  return attempts.length === 1 && totalMs < 1_000 ? 'takes a moment' : `takes about ${formatWait(totalMs)}`;
}
