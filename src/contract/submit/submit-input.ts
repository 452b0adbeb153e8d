import type { CallbackEvent } from '#src/contract/event/event-names.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import type { BackoffFields, Duration, RetryInput } from './retry-input.ts';

/** Header names and their values. A value may be a redacted string: its secret parts are never shown. */
export type HeadersInput = Record<string, string | RedactedString>;

/** Where to report a job's end, with options. */
export type CallbackInput = {
  /** An http or https URL, under the same rules as the job's. Either this or `endpoint`. */
  url?: string | undefined;
  /** The name of a registered endpoint, which brings its own URL, secrets, headers and schedule. */
  endpoint?: string | undefined;
  /**
   * What to report. Default: `job.completed`, `job.failed` and `job.cancelled`. There are also `job.started` and
   * `job.attempt_failed`.
   */
  events?: CallbackEvent[] | undefined;
  /** Sent with every delivery; at most 64 and 16 KiB. Those that Ringback sets itself are refused. */
  headers?: HeadersInput | undefined;
  /** `full` (default, or what the endpoint has): the whole job with its result. `thin`: its id and state, not the job. */
  payload?: 'full' | 'thin' | undefined;
  /** When to try again after a failed delivery. */
  retry?: CallbackRetryInput | undefined;
};

/** When to try a delivery again, and when not. */
export type CallbackRetryInput = {
  /** Up to 32 delays of up to 7 days. Default 5 s, 30 s, 2 m, 15 m, 1 h, 3 h, 6 h, 12 h, 24 h; `[]` means one try only. */
  scheduleSeconds?: Duration[] | undefined;
  /** Answers after which it is not tried again: up to 32 of `422`, `"4xx"`, `"500-599"`, `"any"`. Default none; 410 always is one. */
  giveUpOn?: (number | string)[] | undefined;
};

/** What never shows, besides the headers that are masked without being asked. */
export type RedactInput = {
  /** Names of query parameters of `url`. */
  query?: string[] | undefined;
  /** JSON pointers into the request body. A body that is no JSON is masked as a whole. */
  body?: string[] | undefined;
  /** JSON pointers into the response body, masked in the stored result and the callback too. */
  response?: string[] | undefined;
};

/**
 * A request to be made in the background. Only `url` is needed: `submit({ url, json, callback: 'https://…' })`.
 * Unknown fields are refused, never ignored.
 */
export type SubmitInput = {
  /** http or https, at most 2,048 characters, without user name, password and fragment. */
  url: string;
  /** Any HTTP method but CONNECT, TRACE and TRACK. Default `GET`, or `POST` when there is a body. */
  method?: string | undefined;
  /**
   * At most 64 and 16 KiB; names are sent in lower case. Refused: headers about the connection or the message's framing
   * (`host`, `connection`, `content-length`, `transfer-encoding`, `expect`, `upgrade`, `keep-alive`, `te`, `trailer`,
   * `proxy-*` except `proxy-authorization`, which is passed on like any other), `webhook-*` and `traceparent`.
   */
  headers?: HeadersInput | undefined;
  /** The body as text, or as base64 for bytes; at most 8 MiB. */
  body?: string | { base64: string } | undefined;
  /** The body as any JSON value, instead of `body`; sets `content-type: application/json` unless `headers` has one. */
  json?: unknown;
  /** How to retry by status. Default `"default"`. */
  retry?: RetryInput | undefined;
  /** Bounds one attempt. */
  timeout?:
    | {
        /** From connecting to the last byte of the body; 1,000 – 1,800,000. Default 600,000. */
        durationInMs?: Duration | undefined;
        /** Retries after a timeout, whether or not the request was sent. Default: the preset's. */
        retry?: BackoffFields | undefined;
      }
    | undefined;
  /** What to do when there was no response: DNS, connection refused or reset, TLS. */
  connectionError?: { retry?: BackoffFields | undefined } | undefined;
  /** Ceiling over all rules: attempts in all, 1 – 1,000. Default 25. */
  maxAttempts?: number | undefined;
  /** What to do when a worker died after the request may have been sent. Default `retry`; fails after the third time. */
  onInterrupted?: 'retry' | 'fail' | undefined;
  /** Statuses that complete the job. Default `"2xx"`; `"any"` keeps whatever came back. */
  accept?: string | undefined;
  /** `follow` (default): up to 10 redirects, each guarded, credentials dropped across origins. `manual`: none. */
  redirect?: 'follow' | 'manual' | undefined;
  /** When the response is too long to keep: `fail` (default) or `truncate`. */
  onOversize?: 'fail' | 'truncate' | undefined;
  /** At most 255 characters. The same key and request lead to the same job, for 24 h and as long as the result. */
  idempotencyKey?: string | undefined;
  /** Send `Idempotency-Key: <job id>` with every attempt. Default false. */
  sendIdempotencyKey?: boolean | undefined;
  /** Where to report the job's end. */
  callback?: string | CallbackInput | undefined;
  /** How long the result is kept from the job's end; 0 – 30 days. Default 86,400. 0: it goes into the callback only. */
  resultTtlSeconds?: Duration | undefined;
  /** How long secrets are kept from the job's end, so that it can run again; 0 – 30 days. Default 0, 86,400 if it failed. */
  keepSecretsSeconds?: Duration | undefined;
  /** Not before: ISO 8601 with an offset or `Z`, at most 90 days ahead. */
  runAt?: string | undefined;
  /** Not before so long from now, at most 90 days; instead of `runAt`. */
  delaySeconds?: Duration | undefined;
  /** Budget for the whole job, waiting included; 1 s – 90 days. Attempts are shortened to fit it. */
  deadlineSeconds?: Duration | undefined;
  /** To filter by: at most 16 of at most 64 characters. */
  labels?: string[] | undefined;
  /** Any JSON value of at most 4 KiB, echoed in reads and callbacks. */
  metadata?: unknown;
  redact?: RedactInput | undefined;
};
