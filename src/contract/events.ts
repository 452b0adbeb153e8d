import type { Job } from './job.ts';

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

/** What `data` is, by the event's type: every event Ringback sends in its own format. */
export type EventData = {
  [Type in JobEventType]: FullJobData<Type> | ThinJobData<Type>;
} & {
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
