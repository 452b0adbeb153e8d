import { fingerprint } from '#src/client/fetch/fetch-fingerprint.ts';
import type { FetchRequest } from '#src/client/fetch/fetch-request.ts';
import type { RingbackFetch } from '#src/client/fetch/fetch-types.ts';
import { makeFetch } from '#src/client/fetch/make-fetch.ts';
import type { Job } from '#src/contract/job/job.ts';
import { type BackgroundFetchResponse, makeBackgroundFetches } from './background-fetches.ts';
import {
  type BackgroundFetchOptions,
  type BackgroundFetchPolicy,
  type BackgroundFetchTimeout,
  type CacheKey,
  escapeRunId,
  type FetchArguments,
  inCallersWords,
  toRequest,
  withWrittenBody,
} from './background-request.ts';
import type { BackgroundFetchRules } from './background-rules.ts';
import { doStep, type StepOptions } from './do-step.ts';
import type { JobCalls } from './job-calls.ts';

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
  /**
   * The `fetch` of this run, for SDKs that take one: it resolves with a native Response, whatever its status is. Its
   * key is the request itself (method, URL, content type, body) and how often this run has made it before: a run that
   * starts over and makes the same requests gets the same responses, and none is sent twice. Two equal requests are
   * two, in the order in which they were made, also under Promise.all.
   */
  readonly fetch: RingbackFetch;
  /**
   * Does `work` once and resolves with its result, also when the run starts over: the result is kept for a week as JSON
   * of at most 256 KiB. One process at a time does the work, and others wait for it. When `work` throws, nothing is
   * kept, and the next start does it again. A process that dies before its result is kept leaves the work to be done
   * again, so `work` must bear that.
   */
  step<T>(key: string, work: () => Promise<T> | T, options?: StepOptions): Promise<T>;
};

/** The client methods that a run uses. */
export type RunCalls = Pick<
  JobCalls,
  'isConfigured' | 'call' | 'submitPatiently' | 'submitAndWait' | 'wait' | 'cancel'
>;

/**
 * Creates a run. `runId` names the run and must be the same when the run starts over. Throws a TypeError when it is
 * empty.
 */
export function createRun(calls: RunCalls, runId: string): RunIo {
  if (runId === '') throw new TypeError('A run needs an id.');
  const ended = async (args: FetchArguments): Promise<Job> => {
    const signal = args[2]?.signal ?? undefined;
    try {
      return await calls.submitAndWait(toRequest(runId, await withWrittenBody(args)), { signal });
    } catch (error) {
      throw inCallersWords(error, args);
    }
  };
  return {
    runId,
    ...makeBackgroundFetches(ended),
    fetch: fetchOf(calls, runId),
    step: (key, work, options) => doStep(calls, { run: runId, key }, work, options),
  };
}

/** Makes the fetch of a run. No escaped run id ends in `%fetch`, so its keys are no keys of a background fetch. */
function fetchOf(calls: RunCalls, runId: string): RingbackFetch {
  const seen = new Map<string, number>();
  const next = async (request: FetchRequest) => {
    const print = await fingerprint(request);
    const before = seen.get(print) ?? 0;
    seen.set(print, before + 1);
    return `${escapeRunId(runId)}%fetch:${print}:${before}`;
  };
  return makeFetch(calls, { inOrder: true, next });
}
