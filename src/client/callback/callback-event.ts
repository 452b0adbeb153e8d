import type {
  AttemptFailedData,
  DeliveryFailedData,
  EndpointDisabledData,
  EndpointTestData,
  EventData,
  EventType,
  FullJobData,
  JobStartedData,
} from '#src/contract/event/events.ts';

type Event<Type extends EventType, Data extends EventData[Type]> = {
  type: Type;
  /** The event's id (`webhook-id`): the same on every retry and resend, so that what was done for it is done once. */
  id: string;
  /** When it happened, ISO 8601. */
  timestamp: string;
  /** For a job what `get` answered at that moment. A `thin` callback has its `id` and `state`, not the job. */
  data: Data;
};

/** The job got a response that completes it: `data.result`. */
export type JobCompletedEvent = Event<'job.completed', FullJobData<'job.completed'>>;
/** The job failed: `data.error`, and `data.result` if there was a response. */
export type JobFailedEvent = Event<'job.failed', FullJobData<'job.failed'>>;
/** The job was cancelled before it could end. */
export type JobCancelledEvent = Event<'job.cancelled', FullJobData<'job.cancelled'>>;

/** What a job's callback tells when nothing else is asked for: how the job ended. `type` says which of them it is. */
export type JobEvent = JobCompletedEvent | JobFailedEvent | JobCancelledEvent;

/** The first attempt of the job begins. */
export type JobStartedEvent = Event<'job.started', JobStartedData>;
/** An attempt did not complete the job: `data.attempt` says which, and whether another follows. */
export type JobAttemptFailedEvent = Event<'job.attempt_failed', AttemptFailedData>;

/** What a callback tells before the job's end, where `events` asks for it. It may come after the end: compare `timestamp`. */
export type JobProgressEvent = JobStartedEvent | JobAttemptFailedEvent;

/** What an endpoint is told besides, where it is registered for that. */
export type OperatorEvent =
  | Event<'endpoint.disabled', EndpointDisabledData>
  | Event<'delivery.failed', DeliveryFailedData>
  | Event<'endpoint.test', EndpointTestData>;

/** Any event that Ringback sends. */
export type RingbackEvent = JobEvent | JobProgressEvent | OperatorEvent;

/**
 * Why a callback must not be believed:
 *
 * - `missing_header`: `webhook-id`, `webhook-timestamp` or `webhook-signature` is not there.
 * - `bad_timestamp`, `too_old`, `too_new`: the time is unreadable, or further away than the tolerance.
 * - `no_matching_signature`: none of the secrets made any of the signatures, or the body was changed.
 * - `bad_secret`: no secret was given, or one is none. That is a mistake of the receiver, not of the sender.
 * - `body_too_large`: the body is longer than `maxBytes`.
 * - `body_incomplete`: the connection broke before all of the body had come; `cause` has the reason, if there is one.
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
  | 'body_incomplete'
  | 'body_not_json';

/** A callback that must not be acted upon. Answer it with a 400 (with a 500 for `bad_secret`, so that it is sent again). */
export class CallbackVerificationError extends Error {
  override readonly name = 'CallbackVerificationError';
  readonly code: CallbackErrorCode;

  constructor(code: CallbackErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
