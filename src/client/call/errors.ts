import type { Job } from '#src/contract/job/job.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { JobErrorCode } from '#src/domain/decide/decision.ts';

/**
 * What goes wrong on this side of the wire, besides what Ringback's own codes say:
 *
 * - `missing_setting`: no URL or API key was given, or one that is none.
 * - `network_error`: Ringback could not be reached, or the connection broke; `cause` has the reason.
 * - `bad_answer`: something answered that is not Ringback, such as a proxy's error page.
 * - `wait_timeout`: the job had not ended within `timeoutMs`; it goes on all the same.
 * - `not_json`: the job's response is no JSON, and JSON was asked for.
 */
export type ClientErrorCode = 'missing_setting' | 'network_error' | 'bad_answer' | 'wait_timeout' | 'not_json';

/** Details of a RingbackError. */
export type RingbackErrorDetails = {
  field?: string | undefined;
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
};

/** A call that was refused or could not be made. `code` is stable, `message` is for people and may change. */
export class RingbackError extends Error {
  override readonly name: string = 'RingbackError';
  /** One of Ringback's codes (`docs/errors.md`), or one of the client's own. */
  readonly code: ErrorCode | ClientErrorCode;
  /** The path of the input field at fault, where there is one. */
  readonly field: string | undefined;
  /** The HTTP status of Ringback's answer, where there was one. */
  readonly status: number | undefined;
  /** What Ringback's log calls the request. */
  readonly requestId: string | undefined;
  /** How long Ringback asks to wait (`Retry-After`), in milliseconds. */
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

/** A job that ended `failed` or `cancelled`, where its response was wanted. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  /** The job's error code, or `cancelled`. */
  readonly code: JobErrorCode | 'cancelled';
  /** The status of the target's last response; null when there was none. */
  readonly status: number | null;
  /** That response's body: the value when it is JSON, else text or bytes; null when there was none, or it was empty. */
  readonly body: unknown;
  /** The job as it ended. */
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
