import type { Attempt, Job } from '#src/contract/job/job.ts';
import type { OutcomeKind } from '#src/domain/decide/outcome.ts';

/**
 * The body of every event (Standard Webhooks 1.0.0). `type` decides what `data` is. The event's id is not in the body
 * but in the header `webhook-id`.
 */
export type EventEnvelope<Type extends string, Data> = {
  type: Type;
  /**
   * Time of the event, ISO 8601 UTC with milliseconds. It is the same in every attempt, unlike the header
   * `webhook-timestamp`.
   */
  timestamp: string;
  data: Data;
};

/** The state that a job has ended in, for each event about a job's end. */
export type JobEndStates = { 'job.completed': 'completed'; 'job.failed': 'failed'; 'job.cancelled': 'cancelled' };

/** Events about the end of a job. Each job has exactly one of them per receiver. */
export type JobEventType = keyof JobEndStates;

/**
 * `data` of an event about a job's end with the payload `full`: the job as `jobs.get` answered it at its end. A result
 * body above 256 KiB is left out (`result.body` null, `result.omitted` true). Until the result expires, the signed link
 * `result.url` returns it.
 */
export type FullJobData<Type extends JobEventType = JobEventType> = Job & { state: JobEndStates[Type] };

/** `data` of an event about a job's end with the payload `thin`. */
export type ThinJobData<Type extends JobEventType = JobEventType> = { id: string; state: JobEndStates[Type] };

/** The state of a job in an event about its progress. */
export type JobProgressStates = { 'job.started': 'in_progress'; 'job.attempt_failed': 'retrying' | 'failed' };

/** Events about a job before its end. Only receivers that ask for them get them. */
export type JobProgressEventType = keyof JobProgressStates;

/** `data` of `job.started`: the job as `jobs.get` answered it when its first attempt began. */
export type JobStartedData = Job & { state: JobProgressStates['job.started'] };

/**
 * An attempt that did not complete its job, and the decision about it. There is no event for an interrupted attempt.
 */
export type FailedAttempt = Pick<Attempt, 'id' | 'number' | 'startedAt' | 'endedAt' | 'status' | 'failure'> & {
  outcome: Exclude<OutcomeKind, 'interrupted' | 'cancelled'>;
  decision: {
    /** Next step. `fail`: the attempt was the last one, and `job.failed` follows. */
    then: 'retry' | 'fail';
    /** Key of the rule, as on the attempt; null when no rule matched. */
    rule: string | null;
    /** Reason in one sentence. */
    why: string;
    /** Milliseconds until the next attempt; null after the last. */
    delayMs: number | null;
  };
  /** Time of the next attempt; null after the last. */
  nextAttemptAt: string | null;
};

/**
 * `data` of `job.attempt_failed` with the payload `full`: the job as it was when the attempt had ended. After the last
 * attempt it has the result without its body; the body comes with `job.failed`.
 */
export type AttemptFailedData = Job & { state: JobProgressStates['job.attempt_failed']; attempt: FailedAttempt };

/** `data` of an event about a job's progress with the payload `thin`. */
export type ThinProgressData<Type extends JobProgressEventType = JobProgressEventType> = {
  id: string;
  state: JobProgressStates[Type];
} & (Type extends 'job.attempt_failed' ? { attempt: FailedAttempt } : unknown);

/**
 * Reason why an endpoint was disabled: it answered 410 (`gone`), no delivery reached it for days (`failing`), or
 * somebody switched it off (`manual`).
 */
export type EndpointDisabledReason = 'gone' | 'failing' | 'manual';

/** `data` of `endpoint.disabled`: the endpoint gets nothing more until it is enabled again. */
export type EndpointDisabledData = {
  endpoint: { id: string; name: string; url: string };
  reason: EndpointDisabledReason;
  /**
   * Instant in ISO 8601 UTC. For `failing` it is the first failure after the last success, otherwise the time of
   * disabling.
   */
  since: string;
};

/** `data` of `delivery.failed`: an event was not delivered and gets no more attempts by itself. */
export type DeliveryFailedData = {
  delivery: {
    id: string;
    /** Id of the event: the `webhook-id` that its receiver would have seen. */
    eventId: string;
    /** Type of the event that was not delivered. */
    type: string;
    /** Endpoint of the delivery; null for a callback to a URL given with the job. */
    endpointId: string | null;
    /** Job that the event is about; null if it is about no job. */
    jobId: string | null;
    url: string;
    /** Attempts made, interruptions not counted; 0 if nothing could be sent at all. */
    attempts: number;
  };
  /** Error of the last attempt, with a code of a failed job's `error`, or the reason why there was nothing to send. */
  error: { code: string; message: string };
};

/** An alert in an event: what is wrong, in words too. */
export type AlertInfo = {
  /** Kind of the alert: `no_workers`, `endpoint_disabled`. Later versions may have more. */
  kind: string;
  title: string;
  /** One sentence with the numbers. */
  sentence: string;
  /** Page of the dashboard that shows more. */
  url: string;
  /** Time when it was first seen. */
  since: string;
};

/** `data` of `alert.raised`: something needs a person. And of `alert.cleared`: it is over. */
export type AlertEventData = { alert: AlertInfo };

/** `data` of `endpoint.test`, which is sent on request to check that an endpoint receives and verifies events. */
export type EndpointTestData = { endpoint: { id: string; name: string }; message: string };

/** The `message` of every `endpoint.test`. */
export const endpointTestMessage =
  'This is a test event. Your endpoint has received it; check its signature like that of any other.';

/** Types of `data` by event type, for every event that Ringback sends in its own format. */
export type EventData = {
  [Type in JobEventType]: FullJobData<Type> | ThinJobData<Type>;
} & {
  'job.started': JobStartedData | ThinProgressData<'job.started'>;
  'job.attempt_failed': AttemptFailedData | ThinProgressData<'job.attempt_failed'>;
  'endpoint.disabled': EndpointDisabledData;
  'delivery.failed': DeliveryFailedData;
  'alert.raised': AlertEventData;
  'alert.cleared': AlertEventData;
  'endpoint.test': EndpointTestData;
};

/** The type of an event. */
export type EventType = keyof EventData;

/** The body of an event of one type, or of any type; `type` tells which it is. */
export type EventBody<Type extends EventType = EventType> = {
  [Each in Type]: EventEnvelope<Each, EventData[Each]>;
}[Type];
