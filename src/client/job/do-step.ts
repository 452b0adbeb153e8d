import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import { patientRetries } from '#src/client/call/repeat-call.ts';
import type { StepClaim } from '#src/contract/run/run-step.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { JobCalls } from './job-calls.ts';

/** The options of a step. */
export type StepOptions = {
  /**
   * The seconds after which another process may take the step over when this one has died; 1 – 3,600. Default 30. A
   * process that works goes on extending its lease.
   */
  leaseSeconds?: number | undefined;
  /** Stops the waiting for another process that works on the step. */
  signal?: AbortSignal | undefined;
};

/** The longest pause between two questions whether another process has done the work. */
const askEveryMs = 1_000;

type Step = { run: string; key: string };

/** Does the work of a step unless its result is kept, and keeps it. See `RunIo.step`. */
export async function doStep<T>(
  calls: Pick<JobCalls, 'call'>,
  step: Step,
  work: () => Promise<T> | T,
  { leaseSeconds = 30, signal }: StepOptions = {},
): Promise<T> {
  const claimId = uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  // The same claim only extends its lease, and the same result is kept once, so all calls may be repeated.
  const claim = (retries?: number): Promise<StepClaim> =>
    calls.call(
      (trpc, rest) => trpc.steps.claim.mutate({ ...step, claimId, leaseSeconds }, rest),
      'always',
      { signal },
      retries,
    );
  for (;;) {
    const answer = await claim(patientRetries);
    if (answer.state === 'done') return read<T>(answer.result);
    if (answer.state === 'claimed') break;
    await pause(Math.min(askEveryMs, answer.retryAfterMs + 50), signal);
  }
  // A call that fails is not repeated: the next one comes before the lease ends.
  const beat = setInterval(() => void claim(0).catch(() => undefined), (leaseSeconds * 1_000) / 3);
  try {
    const result = write(await work());
    const kept = await calls.call(
      (trpc, rest) => trpc.steps.finish.mutate({ ...step, result }, rest),
      'always',
      {},
      patientRetries,
    );
    return read<T>(kept.result);
  } catch (error) {
    const release = calls.call((trpc) => trpc.steps.release.mutate({ ...step, claimId }), 'always', {}, 0);
    await release.catch(() => undefined);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** Writes a result as JSON; null stands for undefined. */
function write(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch (cause) {
    throw new RingbackError('invalid_input', 'The result of a step must be JSON, and this one is not.', { cause });
  }
}

function read<T>(result: string | null): T {
  return (result === null ? undefined : JSON.parse(result)) as T;
}
