import type { Job } from '#src/contract/job/job.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { JobErrorCode } from '#src/domain/decide/decision.ts';

/**
 * The error codes of the client itself, besides Ringback's own codes:
 *
 * - `missing_setting`: no URL or API key was given, or one is malformed.
 * - `network_error`: Ringback could not be reached, or the connection broke. `cause` has the reason.
 * - `bad_answer`: the response is not Ringback's, but for example a proxy's error page.
 * - `wait_timeout`: the job had not ended within `timeoutMs`. The job continues.
 * - `not_json`: the job's response is no JSON, and JSON was asked for.
 * - `capture_no_request`: the function given to `capture` or `resume` made no request.
 * - `capture_second_request`: it made another request besides its first.
 * - `capture_mismatch`: the request made in `resume` is not the captured one, or the job was not captured.
 * - `duplicate_key`: two calls of a served run have the same key.
 * - `not_deterministic`: the handler of a served run makes another call under a key than it did before.
 * - `callback_timeout`: nothing was sent to a callback of a served run in time.
 * - `run_failed`: the run that was waited for has failed, or was cancelled.
 * - `not_offered`: a part of another system that has no counterpart here; the message says what to use.
 * - `non_retriable`: a function of an app threw an error after which it does not want to be entered again.
 */
export type ClientErrorCode =
  | 'missing_setting'
  | 'network_error'
  | 'bad_answer'
  | 'wait_timeout'
  | 'not_json'
  | 'capture_no_request'
  | 'capture_second_request'
  | 'capture_mismatch'
  | 'duplicate_key'
  | 'not_deterministic'
  | 'callback_timeout'
  | 'run_failed'
  | 'not_offered'
  | 'non_retriable';

/** Details of a RingbackError. */
export type RingbackErrorDetails = {
  field?: string | undefined;
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
};

/** A call was refused or could not be made. `code` is stable. `message` is for people and may change. */
export class RingbackError extends Error {
  override readonly name: string = 'RingbackError';
  /** The error code: one of Ringback's (`docs/errors.md`), or one of the client's own. */
  readonly code: ErrorCode | ClientErrorCode;
  /** The path of the invalid input field, if there is one. */
  readonly field: string | undefined;
  /** The HTTP status of Ringback's response, if there was one. */
  readonly status: number | undefined;
  /** The id of the request in Ringback's log. */
  readonly requestId: string | undefined;
  /** The time that Ringback asks to wait (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode | ClientErrorCode, message: string, details: RingbackErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** A job ended `failed` or `cancelled`, but its response was wanted. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  /** The job's error code, or `cancelled`. */
  readonly code: JobErrorCode | 'cancelled';
  /** The status of the target's last response. Null when there was none. */
  readonly status: number | null;
  /**
   * The body of the last response: the JSON value, else text or bytes. Null when there was no response, or its body was
   * empty.
   */
  readonly body: unknown;
  /** The job in its final state. */
  readonly job: Job;

  constructor(job: Job, body: unknown) {
    const reason = job.error?.message ?? (job.state === 'cancelled' ? 'it was cancelled' : 'no reason was given');
    super(`Job ${job.id} ${job.state === 'cancelled' ? 'was cancelled' : `failed: ${reason}`}`);
    this.code = job.error?.code ?? 'cancelled';
    this.status = job.result?.status ?? null;
    this.body = body;
    this.job = job;
  }
}
