import type { Job } from '#src/contract/job/job.ts';
import {
  type AlertInfo,
  type EventBody,
  type EventType,
  endpointTestMessage,
  type FailedAttempt,
  type FullJobData,
} from './events.ts';

/** A job that has ended well, as every example of this documentation shows it. */
export const sampleJob: FullJobData<'job.completed'> = {
  id: 'job_01m7wd4b99ebrv4mp86mhc61ay',
  state: 'completed',
  waitReason: null,
  method: 'POST',
  url: 'https://api.example.com/v1/report',
  headers: { authorization: '********', 'content-type': 'application/json' },
  labels: ['report'],
  metadata: { orderId: 1041 },
  attempts: 3,
  maxAttempts: 25,
  createdAt: '2026-11-20T11:57:58.569Z',
  runAt: null,
  deadlineAt: null,
  startedAt: '2026-11-20T11:57:58.581Z',
  endedAt: '2026-11-20T11:58:09.338Z',
  nextAttemptAt: null,
  result: {
    body: '{"ok":true}',
    encoding: 'utf8',
    status: 200,
    headers: { 'content-type': 'application/json', 'content-length': '11' },
    contentType: 'application/json',
    size: 11,
    truncated: false,
    omitted: false,
    url: 'https://ringback.example.com/v1/jobs/job_01m7wd4b99ebrv4mp86mhc61ay/result?expires=1795262290&signature=nHZ0XkLq3vD1f8cYtB6rW2sUeJmO5iGa9pRzK7hQxVE',
    expiresAt: '2026-11-21T11:58:09.338Z',
  },
  resultExpiredAt: null,
  error: null,
  lastFailure: null,
  callback: {
    url: 'https://app.example.com/api/ringback',
    endpoint: null,
    events: ['job.completed', 'job.failed', 'job.cancelled'],
    headers: {},
    payload: 'full',
  },
  idempotencyKey: 'report-1041',
  rerunOf: null,
  priority: 0,
  flow: null,
  run: null,
  upstream: null,
};

/** The sample job before its end. */
const underWay = { ...sampleJob, endedAt: null, result: null };

const failedAttempt: FailedAttempt = {
  id: 'att_01m7wd4baxe5n8q1v4w7y0c3fh',
  number: 2,
  startedAt: '2026-11-20T11:58:00.402Z',
  endedAt: '2026-11-20T11:58:01.217Z',
  outcome: 'response',
  status: 503,
  failure: null,
  decision: {
    then: 'retry',
    rule: '503',
    why: '503 matched rule "503": backoff, 2.7 s. Retry 2 of 5.',
    delayMs: 2_704,
  },
  nextAttemptAt: '2026-11-20T11:58:03.921Z',
};

/** An alert as its events show it. */
export const sampleAlert: AlertInfo = {
  kind: 'endpoint_disabled',
  title: 'Endpoint billing was disabled',
  sentence: 'Endpoint billing was disabled after it answered 410. 3 events are kept as skipped and can be replayed.',
  url: 'https://ringback.example.com/endpoints/end_01m7w5q8t2fjz9r0v4d3c6b7hk?project=prj_01m7w5q8t2e9s8k4b6n1x0c3va',
  since: '2026-11-20T12:14:31.118Z',
};

/** The endpoint of the samples. */
export const sampleEndpointRef = { id: 'end_01m7w5q8t2fjz9r0v4d3c6b7hk', name: 'billing' };
const endpointUrl = 'https://billing.example.com/hooks/ringback';

/** Samples of each event, with a title for each form. The first sample of a type is the main one. */
export const eventSamples: { [Type in EventType]: { title: string; body: EventBody<Type> }[] } = {
  'job.completed': [
    { title: 'full', body: { type: 'job.completed', timestamp: '2026-11-20T11:58:09.338Z', data: sampleJob } },
    {
      title: 'full, its result left out for its size',
      body: {
        type: 'job.completed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { ...sampleJob, result: omitted(sampleJob.result) },
      },
    },
    {
      title: 'thin',
      body: {
        type: 'job.completed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { id: sampleJob.id, state: 'completed' },
      },
    },
  ],
  'job.failed': [
    {
      title: 'full, without a response',
      body: {
        type: 'job.failed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: {
          ...sampleJob,
          state: 'failed',
          attempts: 6,
          result: null,
          error: {
            code: 'connection_refused',
            message: 'The target refused the connection (ECONNREFUSED).',
            retryable: true,
          },
        },
      },
    },
  ],
  'job.cancelled': [
    {
      title: 'full',
      body: {
        type: 'job.cancelled',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: { ...sampleJob, state: 'cancelled', attempts: 0, startedAt: null, result: null },
      },
    },
  ],
  'job.started': [
    {
      title: 'full',
      body: {
        type: 'job.started',
        timestamp: '2026-11-20T11:57:58.581Z',
        data: { ...underWay, state: 'in_progress', attempts: 1 },
      },
    },
    {
      title: 'thin',
      body: {
        type: 'job.started',
        timestamp: '2026-11-20T11:57:58.581Z',
        data: { id: sampleJob.id, state: 'in_progress' },
      },
    },
  ],
  'job.attempt_failed': [
    {
      title: 'full, to be tried again',
      body: {
        type: 'job.attempt_failed',
        timestamp: failedAttempt.endedAt,
        data: {
          ...underWay,
          state: 'retrying',
          attempts: 2,
          nextAttemptAt: failedAttempt.nextAttemptAt,
          lastFailure: { code: 'bad_status', message: 'The target answered 503.' },
          attempt: failedAttempt,
        },
      },
    },
    {
      title: 'thin, the last attempt',
      body: {
        type: 'job.attempt_failed',
        timestamp: '2026-11-20T11:58:09.338Z',
        data: {
          id: sampleJob.id,
          state: 'failed',
          attempt: {
            ...failedAttempt,
            id: 'att_01m7wd4k6xa1t5p9r3z7m2b8dn',
            number: 6,
            startedAt: '2026-11-20T11:58:09.304Z',
            endedAt: '2026-11-20T11:58:09.338Z',
            outcome: 'connection_error',
            status: null,
            failure: { code: 'connection_refused', message: 'The target refused the connection (ECONNREFUSED).' },
            decision: {
              then: 'fail',
              rule: 'connection_error',
              why: 'The target refused the connection (ECONNREFUSED): all 5 retries are used up.',
              delayMs: null,
            },
            nextAttemptAt: null,
          },
        },
      },
    },
  ],
  'endpoint.disabled': [
    {
      title: 'failing for days',
      body: {
        type: 'endpoint.disabled',
        timestamp: '2026-11-20T12:00:04.117Z',
        data: {
          endpoint: { ...sampleEndpointRef, url: endpointUrl },
          reason: 'failing',
          since: '2026-11-15T11:59:31.902Z',
        },
      },
    },
  ],
  'delivery.failed': [
    {
      title: 'to an endpoint, about a job',
      body: {
        type: 'delivery.failed',
        timestamp: '2026-11-22T09:31:55.640Z',
        data: {
          delivery: {
            id: 'dlv_01m7wd4edsf0tb3n5y8k2q6xhc',
            eventId: 'evt_01m7wd4edvea6s25ha8t9qa6zw',
            type: 'job.completed',
            endpointId: sampleEndpointRef.id,
            jobId: sampleJob.id,
            url: endpointUrl,
            attempts: 10,
          },
          error: { code: 'bad_status', message: 'The receiver answered 503.' },
        },
      },
    },
  ],
  'alert.raised': [
    {
      title: 'about an endpoint',
      body: { type: 'alert.raised', timestamp: '2026-11-20T12:14:40.005Z', data: { alert: sampleAlert } },
    },
  ],
  'alert.cleared': [
    {
      title: 'about the same endpoint',
      body: { type: 'alert.cleared', timestamp: '2026-11-20T12:31:12.480Z', data: { alert: sampleAlert } },
    },
  ],
  'endpoint.test': [
    {
      title: 'sent on request',
      body: {
        type: 'endpoint.test',
        timestamp: '2026-11-20T12:14:40.005Z',
        data: { endpoint: sampleEndpointRef, message: endpointTestMessage },
      },
    },
  ],
};

function omitted(result: Job['result']): Job['result'] {
  return result && { ...result, body: null, size: 1_048_576, omitted: true };
}

/** Returns the first sample of a type with the given `timestamp` (ISO 8601 UTC). Everything else in it is fixed. */
export function sampleEvent(type: EventType, timestamp: string): EventBody {
  const [sample] = eventSamples[type];
  if (!sample) throw new Error(`there is no sample of ${type}`);
  return { ...sample.body, timestamp };
}
