import type {
  AlertEventData,
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
  /**
   * The event's id (`webhook-id`). It is the same on every retry and resend, so that each event can be handled once.
   */
  id: string;
  /** The time of the event, ISO 8601. */
  timestamp: string;
  /**
   * The data of the event. For a job event: the job as `get` returned it at that time. A `thin` callback has its `id`
   * and `state` instead of the job.
   */
  data: Data;
};

/** The job got a response that completes it. `data.result` has the response. */
export type JobCompletedEvent = Event<'job.completed', FullJobData<'job.completed'>>;
/** The job failed. `data.error` has the reason, and `data.result` has the response if there was one. */
export type JobFailedEvent = Event<'job.failed', FullJobData<'job.failed'>>;
/** The job was cancelled before it ended. */
export type JobCancelledEvent = Event<'job.cancelled', FullJobData<'job.cancelled'>>;

/** An event about a job's end. A job's callback sends only these by default. `type` tells how the job ended. */
export type JobEvent = JobCompletedEvent | JobFailedEvent | JobCancelledEvent;

/** The first attempt of the job has begun. */
export type JobStartedEvent = Event<'job.started', JobStartedData>;
/** An attempt did not complete the job. `data.attempt` has its details, and whether another attempt follows. */
export type JobAttemptFailedEvent = Event<'job.attempt_failed', AttemptFailedData>;

/**
 * The events that a callback sends before the job's end, if its `events` names them. They may arrive after the end:
 * compare `timestamp`.
 */
export type JobProgressEvent = JobStartedEvent | JobAttemptFailedEvent;

/**
 * The events that only registered endpoints get. `endpoint.test` is sent on request, the others if the endpoint asks
 * for them.
 */
export type OperatorEvent =
  | Event<'endpoint.disabled', EndpointDisabledData>
  | Event<'delivery.failed', DeliveryFailedData>
  | Event<'alert.raised', AlertEventData>
  | Event<'alert.cleared', AlertEventData>
  | Event<'endpoint.test', EndpointTestData>;

/** Any event that Ringback sends. */
export type RingbackEvent = JobEvent | JobProgressEvent | OperatorEvent;

/**
 * The reasons why a callback fails verification:
 *
 * - `missing_header`: `webhook-id`, `webhook-timestamp` or `webhook-signature` is missing.
 * - `bad_timestamp`, `too_old`, `too_new`: the time is unreadable, or further away from now than the tolerance.
 * - `no_matching_signature`: no signature was made with any of the secrets, or the body was changed.
 * - `bad_secret`: no secret was given, or one is malformed. This is a mistake of the receiver, not of the sender.
 * - `body_too_large`: the body is longer than `maxBytes`.
 * - `body_incomplete`: the connection broke before the whole body had come. `cause` has the reason, if there is one.
 * - `body_not_json`: the body is signed, but it is no event.
 */
export type CallbackErrorCode =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_matching_signature'
  | 'bad_secret'
  | 'keys_unavailable'
  | 'body_too_large'
  | 'body_incomplete'
  | 'body_not_json';

/**
 * A callback failed verification and must not be used. Answer it with a 400. Answer `bad_secret` and
 * `keys_unavailable` with a 500, so that the callback is sent again.
 */
export class CallbackVerificationError extends Error {
  override readonly name = 'CallbackVerificationError';
  readonly code: CallbackErrorCode;

  constructor(code: CallbackErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
