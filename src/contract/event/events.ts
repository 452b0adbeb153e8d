import type { Attempt, Job } from '#src/contract/job/job.ts';
import type { OutcomeKind } from '#src/domain/decide/outcome.ts';

/**
 * What every event's body is (Standard Webhooks 1.0.0): `data` depends on `type`. The event's id is not in the body but in
 * the header `webhook-id`.
 */
export type EventEnvelope<Type extends string, Data> = {
  type: Type;
  /** When it happened, ISO 8601 UTC with milliseconds; the same on every try, unlike the header `webhook-timestamp`. */
  timestamp: string;
  data: Data;
};

/** The state a job has ended in, for each event that tells of an end. */
export type JobEndStates = { 'job.completed': 'completed'; 'job.failed': 'failed'; 'job.cancelled': 'cancelled' };

/** Events about the end of a job; exactly one of them per job and receiver. */
export type JobEventType = keyof JobEndStates;

/**
 * `data` of a job's event with the payload `full`: what `jobs.get` answered at the job's end. A result body above 256 KiB
 * is left out (`result.body` null, `result.omitted` true) and can be had at `result.url`, a signed link, until the result expires.
 */
export type FullJobData<Type extends JobEventType = JobEventType> = Job & { state: JobEndStates[Type] };

/** `data` of a job's event with the payload `thin`. */
export type ThinJobData<Type extends JobEventType = JobEventType> = { id: string; state: JobEndStates[Type] };

/** The state a job is in when an event tells of its progress. */
export type JobProgressStates = { 'job.started': 'in_progress'; 'job.attempt_failed': 'retrying' | 'failed' };

/** Events about a job on its way to its end; they are told when asked for. */
export type JobProgressEventType = keyof JobProgressStates;

/** `data` of `job.started`: the job as `jobs.get` answered it when its first attempt began. */
export type JobStartedData = Job & { state: JobProgressStates['job.started'] };

/** An attempt that did not complete its job, and what was decided. Attempts that were interrupted are not told. */
export type FailedAttempt = Pick<Attempt, 'id' | 'number' | 'startedAt' | 'endedAt' | 'status' | 'failure'> & {
  outcome: Exclude<OutcomeKind, 'interrupted' | 'cancelled'>;
  decision: {
    /** `fail`: it was the last attempt, and `job.failed` follows. */
    then: 'retry' | 'fail';
    /** The rule's key, as on the attempt; null when no rule matched. */
    rule: string | null;
    /** In one sentence. */
    why: string;
    /** Until the next attempt, in milliseconds; null after the last. */
    delayMs: number | null;
  };
  /** Null after the last. */
  nextAttemptAt: string | null;
};

/**
 * `data` of `job.attempt_failed` with the payload `full`: the job as it was when the attempt had ended. After the last
 * one it has its result without the body, which comes with `job.failed`.
 */
export type AttemptFailedData = Job & { state: JobProgressStates['job.attempt_failed']; attempt: FailedAttempt };

/** `data` of an event about a job's progress with the payload `thin`. */
export type ThinProgressData<Type extends JobProgressEventType = JobProgressEventType> = {
  id: string;
  state: JobProgressStates[Type];
} & (Type extends 'job.attempt_failed' ? { attempt: FailedAttempt } : unknown);

/**
 * Why an endpoint gets nothing more: it answered 410 (`gone`), no delivery reached it for days (`failing`), or somebody
 * switched it off (`manual`).
 */
export type EndpointDisabledReason = 'gone' | 'failing' | 'manual';

/** `data` of `endpoint.disabled`: an endpoint gets nothing more until it is enabled again. */
export type EndpointDisabledData = {
  endpoint: { id: string; name: string; url: string };
  reason: EndpointDisabledReason;
  /** ISO 8601 UTC. For `failing` the first failure after the last success, otherwise when it was disabled. */
  since: string;
};

/** `data` of `delivery.failed`: an event could not be delivered and is not tried again by itself. */
export type DeliveryFailedData = {
  delivery: {
    id: string;
    /** The `webhook-id` that its receiver would have seen. */
    eventId: string;
    /** The type of the event that was not delivered. */
    type: string;
    /** Null for a callback to a URL given with the job. */
    endpointId: string | null;
    /** Null for an event that is about no job. */
    jobId: string | null;
    url: string;
    /** Attempts made, interruptions not counted; 0 when nothing could be sent at all. */
    attempts: number;
  };
  /** What the last attempt ended in: a code of a failed job's `error`, or why there was nothing to send. */
  error: { code: string; message: string };
};

/** `data` of `endpoint.test`: sent on request, to see that an endpoint receives and verifies. */
export type EndpointTestData = { endpoint: { id: string; name: string }; message: string };

/** The `message` of every `endpoint.test`. */
export const endpointTestMessage =
  'This is a test event. Your endpoint has received it; check its signature like that of any other.';

/** What `data` is, by the event's type: every event Ringback sends in its own format. */
export type EventData = {
  [Type in JobEventType]: FullJobData<Type> | ThinJobData<Type>;
} & {
  'job.started': JobStartedData | ThinProgressData<'job.started'>;
  'job.attempt_failed': AttemptFailedData | ThinProgressData<'job.attempt_failed'>;
  'endpoint.disabled': EndpointDisabledData;
  'delivery.failed': DeliveryFailedData;
  'endpoint.test': EndpointTestData;
};

/** The type of an event. */
export type EventType = keyof EventData;

/** The body of one type of event, or of any: `type` tells which it is. */
export type EventBody<Type extends EventType = EventType> = {
  [Each in Type]: EventEnvelope<Each, EventData[Each]>;
}[Type];
