import type { RingbackOptions } from '#src/client/call/connection.ts';
import type { FetchInput, RingbackRequestInit } from '#src/client/fetch/fetch-types.ts';
import type { RunIo } from '#src/client/job/run.ts';
import type { Duration } from '#src/contract/submit/retry-input.ts';

/** The options of `serve`: where Ringback is, and how often a handler that throws is entered again. */
export type ServeOptions = RingbackOptions & {
  /** The retries of a turn in which the handler threw an error. Default 3, at most 10. */
  retries?: number | undefined;
};

/** The options of `waitForCallback`. */
export type CallbackWaitOptions = {
  /** The longest wait: seconds, or text like `"3d"`. Default: until the run's time of 30 days is over. */
  timeout?: Duration | undefined;
};

/** The `fetch` of a served run: the signature of the global one, and `ringback` with the options of the job. */
export type ServedFetch = {
  (input: FetchInput, init?: RingbackRequestInit): Promise<Response>;
  /** The platform's Response. Some SDKs look for it here instead of making a request to find it. */
  readonly Response: typeof globalThis.Response;
};

/**
 * What a handler works with. A call whose result is there resolves with it. Any other call ends this entry of the route;
 * the route is entered again when there is a result, and the handler begins anew.
 *
 * The handler must make the same calls in each entry, given the same results. What it does by itself and must not do
 * twice, or what comes out differently each time (a random id, the time), belongs into `step`. Keys are unique in a run.
 */
export type ServedIo = {
  readonly runId: string;
  /**
   * Lets Ringback fetch `url` and resolves with the response's JSON; see `RunIo`. Throws a JobFailedError when the job did
   * not complete.
   */
  backgroundFetch: RunIo['backgroundFetch'];
  /** Does the same, but resolves with status, headers and data. */
  backgroundFetchResponse: RunIo['backgroundFetchResponse'];
  /**
   * A `fetch` for SDKs that take one. It resolves with a native Response, whatever its status is. Its key is the request
   * itself and how often the run has made it before.
   */
  readonly fetch: ServedFetch;
  /**
   * Does `work` and keeps its result as JSON of at most 256 KiB, so that later entries do not do it again. When `work`
   * throws, nothing is kept. Work that was cut off is done again, so it must bear that.
   */
  step<T>(key: string, work: () => Promise<T> | T): Promise<T>;
  /** Goes on after a time: seconds, or text like `"2h"`, at most 30 days. */
  sleep(duration: Duration): Promise<void>;
  sleep(key: string, duration: Duration): Promise<void>;
  /**
   * Returns the one-time URL of a callback, the same in every entry. Whoever has it may POST to it once, with JSON or text
   * of at most 256 KiB, also before the run waits.
   */
  callbackUrl(key: string): Promise<string>;
  /**
   * Goes on when something was sent to the callback URL of `key`, and resolves with it: the JSON value, else the text,
   * else null. Throws a RingbackError `callback_timeout` after the time.
   */
  waitForCallback<T = unknown>(key: string, options?: CallbackWaitOptions): Promise<T>;
};

/** The function of a route. What it returns is the result of the run: JSON of at most 256 KiB. */
export type ServeHandler<Payload, Result> = (payload: Payload, io: ServedIo) => Promise<Result> | Result;
