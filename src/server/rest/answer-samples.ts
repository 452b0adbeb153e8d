import type { Endpoint, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import type { SigningKeys } from '#src/contract/endpoint/signing-key-schemas.ts';
import type { DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import { sampleEndpointRef, sampleJob } from '#src/contract/event/event-samples.ts';
import type { Flow } from '#src/contract/flow/flow.ts';
import type { Attempt, JobAttempts, JobSummary, SubmittedJob } from '#src/contract/job/job.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';

/** A job that has just been accepted. */
export const sampleQueued: SubmittedJob = {
  ...sampleJob,
  state: 'queued',
  attempts: 0,
  startedAt: null,
  endedAt: null,
  result: null,
  replayed: false,
};

/** A flow whose limits came with its jobs. */
export const sampleFlow: Flow = {
  id: 'flow_5n3q0c8x9r7k2v4b1m6w0t8y3h',
  key: 'openai',
  concurrency: 4,
  rate: { limit: 100, periodSeconds: 60 },
  fixed: false,
  pausedAt: null,
  waiting: 212,
  running: 4,
  oldestAt: '2026-11-20T12:01:09.117Z',
  createdAt: '2026-11-18T08:30:00.000Z',
};

/** The job that ran `sampleJob` again. */
export const sampleRerun: SubmittedJob = {
  ...sampleQueued,
  id: 'job_01m7wd7c5hf4n9s2w6y8b1k3tq',
  createdAt: '2026-11-20T12:03:11.402Z',
  rerunOf: sampleJob.id,
};

/** A row of a list of jobs. */
export const sampleSummary: JobSummary = {
  id: sampleJob.id,
  state: sampleJob.state,
  waitReason: null,
  method: sampleJob.method,
  url: sampleJob.url,
  labels: sampleJob.labels,
  attempts: 2,
  maxAttempts: sampleJob.maxAttempts,
  createdAt: sampleJob.createdAt,
  startedAt: sampleJob.startedAt,
  endedAt: sampleJob.endedAt,
  nextAttemptAt: null,
  error: null,
  lastFailure: null,
  rerunOf: null,
  status: 200,
  resultExpiresAt: '2026-11-21T11:58:09.338Z',
  resultExpiredAt: null,
  recentAttempts: [
    { outcome: 'response', status: 503 },
    { outcome: 'response', status: 200 },
  ],
};

/** The cursors of a page with nothing before and after it. */
export const samplePage = { nextCursor: null, previousCursor: null, searchedTo: null };

const timings = { dnsMs: 1.2, connectMs: 3.4, tlsMs: 9.8, firstByteMs: 41.5, bodyMs: 0.6, totalMs: 56.5 };

const refused: Attempt = {
  id: 'att_01m7wd4baxe5n8q1v4w7y0c3fh',
  number: 1,
  startedAt: '2026-11-20T11:57:58.581Z',
  endedAt: '2026-11-20T11:57:58.638Z',
  outcome: 'response',
  status: 503,
  responseHeaders: { 'content-type': 'text/plain', 'retry-after': '2' },
  response: { body: 'busy', encoding: 'utf8', size: 4, truncated: false },
  failure: null,
  timings,
  redirects: [],
  remoteAddress: '203.0.113.7',
  worker: 'worker-1',
  decision: {
    then: 'retry',
    delayMs: 2_704,
    countAs: '503',
    rule: '503',
    why: '503 matched rule "503": backoff, 2.7 s. Retry 1 of 5.',
    inputs: { usedHeaders: ['retry-after'], retryAfter: '2', backoffMs: 1_412 },
    retry: { count: 1, limit: 5 },
  },
};

const accepted: Attempt = {
  ...refused,
  id: 'att_01m7wd4k6xa1t5p9r3z7m2b8dn',
  number: 2,
  startedAt: '2026-11-20T11:58:01.350Z',
  endedAt: '2026-11-20T11:58:01.407Z',
  status: 200,
  responseHeaders: { 'content-type': 'application/json' },
  response: null,
  decision: { then: 'complete', rule: 'accept', why: '200 is accepted by "2xx".', inputs: {} },
};

/** A row of a list of deliveries. */
export const sampleDelivery: DeliverySummary = {
  id: 'dlv_01m7wd4edsf0tb3n5y8k2q6xhc',
  eventId: 'evt_01m7wd4edvea6s25ha8t9qa6zw',
  type: 'job.completed',
  state: 'delivered',
  url: 'https://billing.example.com/hooks/ringback',
  attempts: 1,
  nextAttemptAt: null,
  createdAt: '2026-11-20T11:58:09.338Z',
  endedAt: '2026-11-20T11:58:09.401Z',
  jobId: sampleJob.id,
  endpointId: sampleEndpointRef.id,
  endpointName: sampleEndpointRef.name,
  status: 200,
  error: null,
  lastFailure: null,
};

/** A delivery that waits to be sent again. */
export const sampleResent: DeliverySummary = { ...sampleDelivery, state: 'pending', endedAt: null, status: null };

/** A delivery with its one attempt. */
export const sampleDeliveryView: DeliveryView = {
  ...sampleDelivery,
  headers: { authorization: '********' },
  payload: 'full',
  scheduleSeconds: null,
  giveUpOn: [],
  tries: [accepted],
};

/** The history of `sampleSummary`. */
export const sampleAttempts: JobAttempts = {
  attempts: [refused, accepted],
  deliveries: [],
  policy: readPolicy({ retry: 'default', method: 'POST', hasIdempotencyKey: false }),
};

/** An endpoint that is well. */
export const sampleEndpoint: Endpoint = {
  ...sampleEndpointRef,
  url: 'https://billing.example.com/hooks/ringback',
  description: 'Invoices',
  events: ['job.completed', 'job.failed', 'job.cancelled'],
  labels: [],
  projectWide: false,
  payload: 'full',
  format: 'ringback',
  headers: { authorization: '********' },
  tls: null,
  scheduleSeconds: null,
  giveUpOn: [],
  rate: 20,
  concurrency: null,
  state: 'enabled',
  disabledReason: null,
  disabledAt: null,
  failingSince: null,
  lastSuccessAt: '2026-11-20T11:58:09.401Z',
  lastFailureAt: null,
  problem: null,
  pausedUntil: null,
  createdAt: '2026-11-02T08:15:00.000Z',
  updatedAt: '2026-11-02T08:15:00.000Z',
  listener: false,
};

/** The id of an old secret, which still signs. */
export const sampleSecretId = '0199c1de-3b54-7c7e-a1f6-2f6d1a0f5b11';

/** An old secret and the one that follows it. */
export const sampleSecrets: SecretInfo[] = [
  {
    id: '019a9f70-54c2-7d8b-9a31-6a1d2b3c4d5e',
    kind: 'v1',
    hint: 'k3Q=',
    revealable: true,
    createdAt: '2026-11-20T09:00:00.000Z',
    expiresAt: null,
  },
  {
    id: sampleSecretId,
    kind: 'v1',
    hint: '8aU=',
    revealable: false,
    createdAt: '2026-11-02T08:15:00.000Z',
    expiresAt: '2026-11-21T09:00:00.000Z',
  },
];

/** The ed25519 key of a project, and its page. */
export const sampleSigningKeys: SigningKeys = {
  jwksUrl: 'https://ringback.example.com/.well-known/ringback/prj_01m5xq2c4r7t9w0y3a6d8f1h2k/jwks.json',
  secrets: [
    {
      id: '019a9f70-54c2-7d8b-9a31-6a1d2b3c4d5f',
      kind: 'v1a',
      hint: 'KZUc',
      revealable: false,
      createdAt: '2026-11-20T09:00:00.000Z',
      expiresAt: null,
    },
  ],
};

/** An operation on deliveries that is under way. */
export const sampleResending: Operation = {
  id: 'op_01m7wd9f2rk5v8x1z4b7e0h3mn',
  kind: 'resend_failed',
  state: 'running',
  input: { endpointId: sampleEndpoint.id, since: '2026-11-20T00:00:00.000Z', includeSkipped: false, perSecond: 50 },
  total: 412,
  totalCapped: false,
  done: 0,
  failed: 0,
  errors: [],
  createdBy: 'key_01m7w2b6n8d4r0f5t9v3x7z1hj',
  createdAt: '2026-11-20T12:20:00.000Z',
  updatedAt: '2026-11-20T12:20:00.000Z',
  endedAt: null,
};

/** An operation on jobs that is under way. */
export const sampleBulk: Operation = {
  ...sampleResending,
  kind: 'cancel_jobs',
  input: { jobs: { filter: { label: 'report', state: 'queued' } }, perSecond: 50 },
};
