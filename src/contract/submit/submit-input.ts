import type { CallbackEvent } from '#src/contract/event/event-names.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import type { BackoffFields, Duration, RetryInput } from './retry-input.ts';

/** Header names and their values. A value may be a redacted string, whose secret parts are never shown. */
export type HeadersInput = Record<string, string | RedactedString>;

/** Callback of a job, with options. */
export type CallbackInput = {
  /** URL with http or https, under the same rules as the job's. Give either `url` or `endpoint`. */
  url?: string | undefined;
  /** Name of a registered endpoint, which has its own URL, secrets, headers and schedule. */
  endpoint?: string | undefined;
  /**
   * Events to send. Default: `job.completed`, `job.failed` and `job.cancelled`. The others are `job.started` and
   * `job.attempt_failed`.
   */
  events?: CallbackEvent[] | undefined;
  /** Headers sent with every delivery; at most 64 and 16 KiB. Headers that Ringback sets itself are refused. */
  headers?: HeadersInput | undefined;
  /**
   * Payload of each event. `full` (default, unless the endpoint sets another) is the whole job with its result; `thin`
   * is only its id and state.
   */
  payload?: 'full' | 'thin' | undefined;
  /** Schedule and final statuses of the callback's deliveries. */
  retry?: CallbackRetryInput | undefined;
};

/** Schedule of a delivery's attempts, and the statuses that end it. */
export type CallbackRetryInput = {
  /**
   * Up to 32 delays between attempts, of up to 7 days. Default 5 s, 30 s, 2 m, 15 m, 1 h, 3 h, 6 h, 12 h, 24 h; `[]`
   * means one attempt only.
   */
  scheduleSeconds?: Duration[] | undefined;
  /**
   * Statuses after which the delivery gets no more attempts: up to 32 of `422`, `"4xx"`, `"500-599"`, `"any"`. Default
   * none; 410 always counts.
   */
  giveUpOn?: (number | string)[] | undefined;
};

/** Parts of requests and responses that are never shown, besides the headers that are always masked. */
export type RedactInput = {
  /** Names of query parameters of `url` and of the callback's URL. */
  query?: string[] | undefined;
  /** JSON pointers into the request body. A body that is not JSON is masked as a whole. */
  body?: string[] | undefined;
  /**
   * JSON pointers into the response body, and names of response headers as `header:x-session`. The values are masked in
   * the stored result and in the callback too.
   */
  response?: string[] | undefined;
};

/**
 * A flow: jobs with the same key, within the project, share its limits, over all workers. A limit that is given changes
 * the flow from now on, unless it was fixed by `flows.set`; one that is not given stays as it is.
 */
export type FlowInput = {
  /** Name of the flow, 1 – 128 characters. */
  key: string;
  /** Attempts that may be under way at once, 1 – 10,000. */
  concurrency?: number | undefined;
  /** Attempts that may start within any such period: 1 – 1,000,000 within 1 s – 1 day. */
  rate?: { limit: number; periodSeconds: Duration } | undefined;
};

/**
 * A request to make in the background. Only `url` is required, or `upstream` and `path` instead of it:
 * `submit({ url, json, callback: 'https://…' })`. Unknown fields are refused, never ignored.
 */
export type SubmitInput = {
  /** URL with http or https, at most 2,048 characters, without user name, password and fragment. */
  url?: string | undefined;
  /**
   * Name of an upstream, instead of `url`. Its base URL, credentials, retries, timeout and flow are used. What the job
   * gives itself comes before what the upstream has.
   */
  upstream?: string | undefined;
  /** Path below the base URL of the upstream, with its query: `/responses?x=1`. */
  path?: string | undefined;
  /** Any HTTP method except CONNECT, TRACE and TRACK. Default `GET`, or `POST` if there is a body. */
  method?: string | undefined;
  /**
   * Headers of the request; at most 64 and 16 KiB, with names sent in lower case. Headers about the connection or the
   * message's framing are refused (`host`, `connection`, `content-length`, `transfer-encoding`, `expect`, `upgrade`,
   * `keep-alive`, `te`, `trailer`, `proxy-*` except `proxy-authorization`, which is sent like any other), and so are
   * `webhook-*` and `traceparent`.
   */
  headers?: HeadersInput | undefined;
  /** The body as text, or as base64 for bytes; at most 8 MiB. */
  body?: string | { base64: string } | undefined;
  /**
   * The body as any JSON value, instead of `body`. It sets `content-type: application/json`, unless `headers` has a
   * content type.
   */
  json?: unknown;
  /** Retries by status. Default `"default"`. */
  retry?: RetryInput | undefined;
  /** Limit of one attempt. */
  timeout?:
    | {
        /** Milliseconds from connecting to the last byte of the body; 1,000 – 1,800,000. Default 600,000. */
        durationInMs?: Duration | undefined;
        /** Retries after a timeout. They apply whether or not the request was sent. Default: the preset's. */
        retry?: BackoffFields | undefined;
      }
    | undefined;
  /** Retries after a failure without a response: DNS, connection refused or reset, TLS. */
  connectionError?: { retry?: BackoffFields | undefined } | undefined;
  /** Highest number of attempts over all rules, 1 – 1,000. Default 25. */
  maxAttempts?: number | undefined;
  /**
   * Action when a worker died after the request may have been sent. Default `retry`; the job fails after the third
   * time.
   */
  onInterrupted?: 'retry' | 'fail' | undefined;
  /** Statuses that complete the job. Default `"2xx"`; `"any"` accepts every response. */
  accept?: string | undefined;
  /**
   * Redirect mode. `follow` (default) follows up to 10 redirects, checks each against the egress rules and drops
   * credentials on another origin. `manual` follows none.
   */
  redirect?: 'follow' | 'manual' | undefined;
  /** Action when the response is too long to keep: `fail` (default) or `truncate`. */
  onOversize?: 'fail' | 'truncate' | undefined;
  /**
   * Key of at most 255 characters. The same key with the same request leads to the same job, for at least 24 h and as
   * long as its result is kept.
   */
  idempotencyKey?: string | undefined;
  /** True sends `Idempotency-Key: <job id>` with every attempt. Default false. */
  sendIdempotencyKey?: boolean | undefined;
  /** Callback that reports the job's end. */
  callback?: string | CallbackInput | undefined;
  /**
   * Seconds from the job's end for which the result is kept; 0 – 30 days. Default 86,400. With 0 the result is only
   * sent in the callback.
   */
  resultTtlSeconds?: Duration | undefined;
  /**
   * Seconds from the job's end for which secrets are kept, so that the job can run again; 0 – 30 days. Default 0, or
   * 86,400 if the job failed.
   */
  keepSecretsSeconds?: Duration | undefined;
  /** Earliest time of the first attempt: ISO 8601 with an offset or `Z`, at most 90 days ahead. */
  runAt?: string | undefined;
  /** Delay before the first attempt, at most 90 days. Give either `delaySeconds` or `runAt`. */
  delaySeconds?: Duration | undefined;
  /** Time limit for the whole job, waiting included; 1 s – 90 days. Attempts are shortened to fit into it. */
  deadlineSeconds?: Duration | undefined;
  /** Order among what is due, -100 – 100: a job with a higher one starts earlier. Default 0. */
  priority?: number | undefined;
  /**
   * True keeps the events of a response that is an event stream while they come, to be read live and again. Not together
   * with JSON pointers in `redact.response`. Default false.
   */
  stream?: boolean | undefined;
  /** Limits that the job shares with all others of the same key. */
  flow?: FlowInput | undefined;
  /** Labels to filter by: at most 16 of at most 64 characters. */
  labels?: string[] | undefined;
  /** Any JSON value of at most 4 KiB. Reads and callbacks return it. */
  metadata?: unknown;
  redact?: RedactInput | undefined;
};
