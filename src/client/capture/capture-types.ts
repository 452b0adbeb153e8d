import type { JobEvent } from '#src/client/callback/callback-event.ts';
import type { FetchCallOptions, PlainFetch } from '#src/client/fetch/fetch-types.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import type { Job } from '#src/contract/job/job.ts';

/** How a captured request becomes a job. The fields are those of `createFetch`, and the time and order of the job. */
export type CaptureOptions = Omit<FetchCallOptions, 'onAbort'> & Pick<SubmitRequest, 'runAt' | 'delaySeconds'>;

/** The `fetch` that `capture` and `resume` give to an SDK. Only http and https URLs count as requests. */
export type CaptureFetch = PlainFetch & {
  /** The platform's Response. Some SDKs look for it here instead of making a request to find it. */
  readonly Response: typeof globalThis.Response;
};

/** A call of an SDK that makes exactly one request. It must be awaited or returned inside the function. */
export type CapturedCall<T> = (fetch: CaptureFetch) => PromiseLike<T>;

/** What `resume` takes: a verified event about a job's end, or an ended job. */
export type Resumable = JobEvent | Job;
