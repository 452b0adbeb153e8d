import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import {
  type BackgroundFetchOptions,
  type BackgroundFetchPolicy,
  type BackgroundFetchTimeout,
  type CacheKey,
  type FetchArguments,
  inCallersWords,
  toRequest,
  withWrittenBody,
} from './background-request.ts';
import type { BackgroundFetchRules } from './background-rules.ts';
import { completedResult, jsonOf, readData } from './response-data.ts';
import type { SubmitRequest } from './submit-request.ts';
import type { WaitOptions } from './wait-for-job.ts';

/** A response with its status and headers. */
export type BackgroundFetchResponse<T> = { status: number; data: T; headers: Record<string, string> };

/** A run of one of your functions. A request with a given key is made only once, however often the run starts over. */
export type RunIo = {
  readonly runId: string;
  /**
   * Lets Ringback fetch `url` and resolves with the response's JSON. The same run and `cacheKey` find the same job
   * again, also after a crash and also when the job failed. A status is retried only when `retryOptions` names it and
   * it is not 2xx, a timeout only by `timeoutOptions.retry`, a failure without a response only by the
   * `connectionError.retry` of a policy. One attempt takes 10 minutes at most unless `timeoutOptions` sets another
   * limit. The call outlives restarts of Ringback: it waits until the job has ended or `signal` is aborted.
   *
   * Throws JobFailedError when the job did not complete: the response was not 2xx, or there was none. Throws a
   * RingbackError with `not_json`, `idempotency_conflict` (the key belongs to another request), `result_expired`, or
   * the code of a refusal.
   */
  backgroundFetch<T = unknown>(
    cacheKey: CacheKey,
    url: string | URL,
    options?: BackgroundFetchOptions | undefined,
    retryOptions?: BackgroundFetchRules | BackgroundFetchPolicy | undefined,
    timeoutOptions?: BackgroundFetchTimeout | undefined,
  ): Promise<T>;
  /**
   * Does the same as `backgroundFetch`, but resolves with status, headers (their secrets are masked) and data. `data`
   * is the JSON value, else the text, else the bytes (a Uint8Array) of a body that is no text. It is null when the body
   * is empty.
   */
  backgroundFetchResponse<T = unknown>(
    cacheKey: CacheKey,
    url: string | URL,
    options?: BackgroundFetchOptions | undefined,
    retryOptions?: BackgroundFetchRules | BackgroundFetchPolicy | undefined,
    timeoutOptions?: BackgroundFetchTimeout | undefined,
  ): Promise<BackgroundFetchResponse<T>>;
};

/** The two client methods that a run uses. */
export type RunCalls = {
  submitPatiently(request: SubmitRequest, options: { signal?: AbortSignal | undefined }): Promise<SubmittedJob>;
  wait(id: string, options: WaitOptions): Promise<Job>;
};

/**
 * Creates a run. `runId` names the run and must be the same when the run starts over. Throws a TypeError when it is
 * empty.
 */
export function createRun(calls: RunCalls, runId: string): RunIo {
  if (runId === '') throw new TypeError('A run needs an id.');
  const submit = async (args: FetchArguments, signal: AbortSignal | undefined): Promise<SubmittedJob> => {
    try {
      return await calls.submitPatiently(toRequest(runId, await withWrittenBody(args)), { signal });
    } catch (error) {
      throw inCallersWords(error, args);
    }
  };
  const ended = async (args: FetchArguments): Promise<Job> => {
    const signal = args[2]?.signal ?? undefined;
    const job = await submit(args, signal);
    return calls.wait(job.id, { signal });
  };
  return {
    runId,
    async backgroundFetch<T>(...args: FetchArguments): Promise<T> {
      const job = await ended(args);
      return jsonOf(job, completedResult(job)) as T;
    },
    async backgroundFetchResponse<T>(...args: FetchArguments): Promise<BackgroundFetchResponse<T>> {
      const result = completedResult(await ended(args));
      return { status: result.status, data: readData(result).data as T, headers: result.headers };
    },
  };
}
