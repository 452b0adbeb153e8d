import type { Job } from '#src/contract/job.ts';

type Event<Type extends string, State extends Job['state']> = {
  type: Type;
  /** The event's id (`webhook-id`): the same on every retry and resend, so that what was done for it is done once. */
  id: string;
  /** When the job ended, ISO 8601. */
  timestamp: string;
  /** What `get` answered when the job ended. A `thin` callback has `id` and `state` only. */
  data: Job & { state: State };
};

/** The job got a response that completes it: `data.result`. */
export type JobCompletedEvent = Event<'job.completed', 'completed'>;
/** The job failed: `data.error`, and `data.result` if there was a response. */
export type JobFailedEvent = Event<'job.failed', 'failed'>;
/** The job was cancelled before it could end. */
export type JobCancelledEvent = Event<'job.cancelled', 'cancelled'>;

/** What a callback tells; `type` says which of them it is. */
export type JobEvent = JobCompletedEvent | JobFailedEvent | JobCancelledEvent;

/**
 * Why a callback must not be believed:
 *
 * - `missing_header`: `webhook-id`, `webhook-timestamp` or `webhook-signature` is not there.
 * - `bad_timestamp`, `too_old`, `too_new`: the time is unreadable, or further away than the tolerance.
 * - `no_matching_signature`: none of the secrets made any of the signatures, or the body was changed.
 * - `bad_secret`: no secret was given, or one is none. That is a mistake of the receiver, not of the sender.
 * - `body_too_large`: the body is longer than `maxBytes`.
 * - `body_not_json`: it was signed, but is no event.
 */
export type CallbackErrorCode =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_matching_signature'
  | 'bad_secret'
  | 'body_too_large'
  | 'body_not_json';

/** A callback that must not be acted upon. Answer it with a 400 (with a 500 for `bad_secret`, so that it is sent again). */
export class CallbackVerificationError extends Error {
  override readonly name = 'CallbackVerificationError';
  readonly code: CallbackErrorCode;

  constructor(code: CallbackErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
