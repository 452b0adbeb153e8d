import { RingbackError } from '#src/client/call/errors.ts';
import { type SubmitRequest, toSubmitInput } from '#src/client/job/submit-request.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { Invocation } from './invocation.ts';

/** Resolves with the ended job of a request. `name` is what the step must have asked for in an earlier entry. */
export async function askForJob(
  invocation: Invocation,
  key: string,
  request: SubmitRequest,
  name?: string | undefined,
): Promise<Job> {
  const { idempotencyKey: _, ...job } = toSubmitInput(request);
  const { job: ended } = await invocation.ask({ kind: 'request', key, job }, name);
  if (ended !== null) return ended;
  throw new RingbackError('not_found', `The job of the step "${key}" is gone.`);
}
