import { toSubmission } from '#src/client/fetch/fetch-submission.ts';
import type { JobCalls } from '#src/client/job/job-calls.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { withPrint } from './capture-print.ts';
import type { CapturedCall, CaptureOptions } from './capture-types.ts';
import { heldResponse, makeCall, makeOnlyRequest, noRequest, type PrintedRequest } from './only-request.ts';

/** The client methods that a capture uses. */
export type CaptureCalls = Pick<JobCalls, 'submit' | 'cancel'>;

/**
 * Submits the request that `make` makes, and resolves with its job. The call of the SDK gets a response without a body,
 * and is aborted when the job is there. What becomes of it is ignored.
 */
export function capture(
  calls: CaptureCalls,
  make: CapturedCall<unknown>,
  options: CaptureOptions,
): Promise<SubmittedJob> {
  const over = new AbortController();
  const captured = new Promise<SubmittedJob>((resolve, reject) => {
    let progress: 'waiting' | 'answered' | 'submitting' = 'waiting';
    let failure: { error: unknown } | undefined;
    const fail = (error: unknown) => {
      failure ??= { error };
      if (progress !== 'submitting') reject(failure.error);
    };

    const submit = async ({ request, print }: PrintedRequest) => {
      const { idempotencyKey, ...fields } = options;
      const submission = withPrint(toSubmission(request, fields, ''), print, idempotencyKey);
      // A second request that is made at the same time is read before this, so nothing has to be cancelled.
      do await new Promise((next) => setTimeout(next));
      while (only.isReading());
      if (failure !== undefined) return;
      progress = 'submitting';
      const job = await calls.submit(submission);
      const late = failure as { error: unknown } | undefined;
      if (late === undefined) return resolve(job);
      if (!job.replayed) await calls.cancel(job.id).catch(() => undefined);
      reject(late.error);
    };

    const only = makeOnlyRequest(
      async (made, isRepeat) => {
        if (!isRepeat) {
          progress = 'answered';
          submit(made).catch(reject);
        }
        return heldResponse(over.signal);
      },
      fail,
      over.signal,
    );
    makeCall(make, only.fetch).then(
      () => only.wasMade() || fail(noRequest()),
      // What fails at the response that is held is no failure of the request.
      (error: unknown) => progress === 'waiting' && fail(error),
    );
  });
  return captured.finally(() => over.abort());
}
