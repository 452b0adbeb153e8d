import type { Bytes } from '#src/client/call/bytes.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { BackoffFields, Duration, RetryRules } from '#src/contract/submit/retry-input.ts';
import { completedResult, jsonOf, readData } from './response-data.ts';
import type { HeadersLike, SubmitRequest } from './submit-request.ts';
import type { WaitOptions } from './wait-for-job.ts';

/** The request options of a background fetch. */
export type BackgroundFetchOptions = {
  /** The HTTP method. Default `GET`, or `POST` when there is a body. */
  method?: string | undefined;
  /** The request's headers. A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
  body?: string | Bytes | undefined;
  /** `follow` (default): up to 10 redirects are followed. `manual`: none. */
  redirect?: 'follow' | 'manual' | undefined;
  /** Stops the waiting. The job continues, and another call with the same key finds it. */
  signal?: AbortSignal | undefined;
};

/** The time limit of one attempt, and the retries after a timeout. */
export type BackgroundFetchTimeout = {
  /** The time limit, from 1 second to 30 minutes: a number of milliseconds, or text like `"90s"`. */
  durationInMs: Duration;
  /** The retries after a timeout. Absent: none. */
  retry?: BackoffFields | undefined;
};

/** Retry rules and timeout in one object, instead of the fourth and fifth argument. */
export type BackgroundFetchPolicy = {
  retry?: RetryRules | undefined;
  timeout?: BackgroundFetchTimeout | undefined;
};

/** A response with its status and headers. */
export type BackgroundFetchResponse<T> = { status: number; data: T; headers: Record<string, string> };

/** A run of one of your functions. A request with a given key is made only once, however often the run starts over. */
export type RunIo = {
  readonly runId: string;
  /**
   * Lets Ringback fetch `url` and resolves with the response's JSON. The same run and `cacheKey` find the same job
   * again, also after a crash and also when the job failed. A status is retried only when `retryOptions` names it, a
   * timeout only by `timeoutOptions.retry`. A connection that could not be made, or that broke before an idempotent
   * request was answered, is retried by the default preset (up to 5 and 3 times). One attempt takes 10 minutes at most
   * unless `timeoutOptions` sets another limit.
   *
   * Throws JobFailedError when the job did not complete: the response was not 2xx, or there was none. Throws a
   * RingbackError with `not_json`, `idempotency_conflict` (the key belongs to another request), `result_expired`, or
   * the code of a refusal.
   */
  backgroundFetch<T = unknown>(
    cacheKey: string,
    url: string | URL,
    options?: BackgroundFetchOptions,
    retryOptions?: RetryRules | BackgroundFetchPolicy,
    timeoutOptions?: BackgroundFetchTimeout,
  ): Promise<T>;
  /**
   * Does the same as `backgroundFetch`, but resolves with status, headers (their secrets are masked) and data. `data`
   * is the JSON value, else the text, else the bytes (a Uint8Array) of a body that is no text. It is null when the body
   * is empty.
   */
  backgroundFetchResponse<T = unknown>(
    cacheKey: string,
    url: string | URL,
    options?: BackgroundFetchOptions,
    retryOptions?: RetryRules | BackgroundFetchPolicy,
    timeoutOptions?: BackgroundFetchTimeout,
  ): Promise<BackgroundFetchResponse<T>>;
};

/** The two client methods that a run uses. */
export type RunCalls = {
  submit(request: SubmitRequest, options: { signal?: AbortSignal | undefined }): Promise<SubmittedJob>;
  wait(id: string, options: WaitOptions): Promise<Job>;
};

type FetchArguments = Parameters<RunIo['backgroundFetch']>;

/**
 * Creates a run. `runId` names the run and must be the same when the run starts over. Throws a TypeError when it is
 * empty.
 */
export function createRun(calls: RunCalls, runId: string): RunIo {
  if (runId === '') throw new TypeError('A run needs an id.');
  const ended = async (args: FetchArguments): Promise<Job> => {
    const signal = args[2]?.signal;
    const job = await calls.submit(toRequest(runId, args), { signal });
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

/** Returns the request that a background fetch submits. */
export function toRequest(runId: string, [cacheKey, url, options, retryOptions, timeoutOptions]: FetchArguments) {
  if (typeof cacheKey !== 'string' || cacheKey === '') throw new TypeError('backgroundFetch needs a cache key.');
  const { signal: _, ...request } = options ?? {};
  const { retry, timeout } = isPolicy(retryOptions)
    ? { timeout: timeoutOptions, ...retryOptions }
    : { retry: retryOptions, timeout: timeoutOptions };
  return {
    ...request,
    url,
    retry: retry ?? {},
    timeout: { ...timeout, retry: timeout?.retry ?? { limit: 0 } },
    idempotencyKey: `${escapeColon(runId)}:${cacheKey}`,
  } satisfies SubmitRequest;
}

/** Recognizes a policy by its fields `retry` and `timeout`. No status pattern has either name. */
function isPolicy(options: RetryRules | BackgroundFetchPolicy | undefined): options is BackgroundFetchPolicy {
  return typeof options === 'object' && !Array.isArray(options) && ('retry' in options || 'timeout' in options);
}

/** Escapes the colons of a run id. Otherwise run `a:b` with key `c` would be run `a` with key `b:c`. */
function escapeColon(runId: string): string {
  return runId.replaceAll('%', '%25').replaceAll(':', '%3A');
}
