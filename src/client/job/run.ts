import type { Bytes } from '#src/client/call/bytes.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { BackoffFields, Duration, RetryRules } from '#src/contract/submit/retry-input.ts';
import { completedResult, jsonOf, readData } from './response-data.ts';
import type { HeadersLike, SubmitRequest } from './submit-request.ts';
import type { WaitOptions } from './wait-for-job.ts';

/** The request of a background fetch. */
export type BackgroundFetchOptions = {
  /** Default `GET`, or `POST` when there is a body. */
  method?: string | undefined;
  /** A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
  body?: string | Bytes | undefined;
  /** `follow` (default): up to 10 redirects. `manual`: none. */
  redirect?: 'follow' | 'manual' | undefined;
  /** Stops the waiting. The job goes on, and calling again with the same key finds it. */
  signal?: AbortSignal | undefined;
};

/** How long one try may take, and whether to try again after that. */
export type BackgroundFetchTimeout = {
  /** From 1 second to 30 minutes; a number of milliseconds, or text like `"90s"`. */
  durationInMs: Duration;
  /** Absent: no retry after a timeout. */
  retry?: BackoffFields | undefined;
};

/** Retry rules and timeout in one object, instead of the fourth and fifth argument. */
export type BackgroundFetchPolicy = {
  retry?: RetryRules | undefined;
  timeout?: BackgroundFetchTimeout | undefined;
};

/** A response with its status and headers. */
export type BackgroundFetchResponse<T> = { status: number; data: T; headers: Record<string, string> };

/** One run of a function of yours: what it fetches under a key is fetched once, however often the run starts over. */
export type RunIo = {
  readonly runId: string;
  /**
   * Has Ringback fetch `url` and resolves with the response's JSON. Under the same run and `cacheKey` the same job is
   * found again, also after a crash and also when it failed. Statuses that `retryOptions` does not name are not retried,
   * timeouts only by `timeoutOptions.retry`; connections that could not be made, or broke before an idempotent request
   * was answered, are retried by the default preset (up to 5 and 3 times). A try takes 10 minutes at most unless
   * `timeoutOptions` says otherwise.
   *
   * Throws JobFailedError for a response other than 2xx or none at all, and a RingbackError: `not_json`,
   * `idempotency_conflict` (the key belongs to another request), `result_expired`, and refusals of the request.
   */
  backgroundFetch<T = unknown>(
    cacheKey: string,
    url: string | URL,
    options?: BackgroundFetchOptions,
    retryOptions?: RetryRules | BackgroundFetchPolicy,
    timeoutOptions?: BackgroundFetchTimeout,
  ): Promise<T>;
  /**
   * The same with status and headers (secrets in them are masked). `data` is the JSON, or else the text, the bytes (a
   * Uint8Array) of a body that is no text, or null when it is empty.
   */
  backgroundFetchResponse<T = unknown>(
    cacheKey: string,
    url: string | URL,
    options?: BackgroundFetchOptions,
    retryOptions?: RetryRules | BackgroundFetchPolicy,
    timeoutOptions?: BackgroundFetchTimeout,
  ): Promise<BackgroundFetchResponse<T>>;
};

/** The two verbs that a run is made of. */
export type RunCalls = {
  submit(request: SubmitRequest, options: { signal?: AbortSignal | undefined }): Promise<SubmittedJob>;
  wait(id: string, options: WaitOptions): Promise<Job>;
};

type FetchArguments = Parameters<RunIo['backgroundFetch']>;

/** The `io` of a run. `runId` names the run and must be the same when it starts over. */
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

/** What a background fetch submits. */
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

/** No status pattern is spelled like either of the two. */
function isPolicy(options: RetryRules | BackgroundFetchPolicy | undefined): options is BackgroundFetchPolicy {
  return typeof options === 'object' && !Array.isArray(options) && ('retry' in options || 'timeout' in options);
}

/** Otherwise run `a:b` with key `c` would be run `a` with key `b:c`. */
function escapeColon(runId: string): string {
  return runId.replaceAll('%', '%25').replaceAll(':', '%3A');
}
