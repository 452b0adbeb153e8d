import type { HeadersLike, SubmitRequest } from '#src/client/job/submit-request.ts';

/** The fields of a submission that a fetch may have. */
type JobField =
  | 'retry'
  | 'timeout'
  | 'connectionError'
  | 'maxAttempts'
  | 'onInterrupted'
  | 'deadlineSeconds'
  | 'sendIdempotencyKey'
  | 'callback'
  | 'resultTtlSeconds'
  | 'keepSecretsSeconds'
  | 'priority'
  | 'flow'
  | 'labels'
  | 'metadata'
  | 'redact';

/**
 * How the requests of a fetch become jobs. The fields are those of `submit`, with the same defaults, except `retry`:
 * without one, a request with the header `anthropic-version` gets the preset `anthropic`, and one to OpenAI or from an
 * SDK that was made like OpenAI's gets the preset `openai`.
 */
export type FetchOptions = Pick<SubmitRequest, JobField> & {
  /**
   * What an abort by the caller's signal does to the job. `keep` (default): the job goes on, and an SDK that repeats
   * the request after its own timeout finds it again. `cancel`: the job is cancelled, also while its request is running.
   */
  onAbort?: 'keep' | 'cancel' | undefined;
};

/** The options of one request. They take the place of the fetch's own, field by field. */
export type FetchCallOptions = FetchOptions & {
  /** The key under which the same request leads to the same job, for at least 24 hours. Default: one of its own. */
  idempotencyKey?: string | undefined;
};

/**
 * The second argument of a Ringback fetch: that of the global `fetch`, and `ringback`. The value of a header may be a
 * `redactString`.
 */
export type RingbackRequestInit = Omit<RequestInit, 'headers'> & {
  headers?: RequestInit['headers'] | HeadersLike;
  ringback?: FetchCallOptions | undefined;
};

/** The first argument of `fetch`. */
export type FetchInput = string | URL | Request;

/** A function with the signature of the global `fetch`. */
export type PlainFetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that lets Ringback make the request. It resolves with a native Response, whatever its status is.
 *
 * It rejects with the signal's reason after an abort; with a TypeError `fetch failed` when there was no response, whose
 * `cause` is a JobFailedError or a RingbackError with a `code`; and with a RingbackError when Ringback refuses the
 * request or is not configured.
 */
export type RingbackFetch = {
  (input: FetchInput, init?: RingbackRequestInit): Promise<Response>;
  /** The platform's Response. Some SDKs look for it here instead of making a request to find it. */
  readonly Response: typeof globalThis.Response;
  /** The function set by `config`. */
  readonly fallback: PlainFetch | undefined;
  /**
   * Sets the function that makes requests while neither `url` nor `RINGBACK_URL` is set. Without it, such a request
   * rejects with `missing_setting`. Changes this fetch and returns it.
   */
  config(options: { fallback?: PlainFetch | undefined }): RingbackFetch;
};
