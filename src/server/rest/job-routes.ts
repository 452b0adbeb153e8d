import { sampleJob } from '#src/contract/event/event-samples.ts';
import { jobSchema } from '#src/contract/event/event-schemas-job.ts';
import { jobAttemptsSchema } from '#src/contract/job/attempt-schemas.ts';
import { jobPageSchema, submittedJobSchema } from '#src/contract/job/job-schemas.ts';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import { submitManyResultSchema } from '#src/contract/submit/batch-schemas.ts';
import { asAttachment } from '#src/server/http/wire.ts';
import { sampleAttempts, samplePage, sampleQueued, sampleRerun, sampleSummary } from './answer-samples.ts';
import { eventsAnswer } from './events-answer.ts';
import { shown, submitted } from './job-answers.ts';
import { linkedResult, resultBytes } from './result-answer.ts';
import { type RestRoute, route } from './route.ts';

/** Error codes of a wrong job. */
const wrongJob: readonly ErrorCode[] = [
  'not_supported_yet',
  'invalid_text',
  'invalid_url',
  'blocked_target',
  'invalid_header',
  'invalid_retry',
  'shadowed_rule',
  'conflicting_fields',
];

const example = {
  url: 'https://api.example.com/v1/report',
  json: { month: '2026-10' },
  headers: { authorization: 'Bearer sk-live-1234' },
  retry: { '429': { strategy: 'headers', resetHeader: 'x-ratelimit-reset' }, '5xx': { limit: 3 } },
  timeout: { durationInMs: '90s' },
  callback: 'https://app.example.com/api/ringback',
  labels: ['report'],
  metadata: { orderId: 1041 },
  idempotencyKey: 'report-1041',
};

/** Submitting, and everything about one job. */
export const jobRoutes: readonly RestRoute[] = [
  route('jobs.submit', {
    method: 'POST',
    path: '/v1/jobs',
    summary: 'Submit a job',
    description:
      'Accepts a request to be made in the background. The job is on disk before the answer. The same idempotency key and request lead to the same job.',
    takes: { example },
    waits: 'prefer',
    idempotencyKey: true,
    gives: [
      {
        status: 202,
        says: 'The job, `queued` or `scheduled`; or as it is when the time for waiting is over.',
        headers: ['location', 'retry-after', 'idempotent-replayed', 'preference-applied'],
        schema: submittedJobSchema,
        example: sampleQueued,
      },
      {
        status: 200,
        says: 'A job that has ended: it was waited for, or an idempotency key led to it.',
        headers: ['location', 'idempotent-replayed', 'preference-applied'],
        schema: submittedJobSchema,
        example: { ...sampleJob, replayed: true },
      },
    ],
    answer: submitted,
    errors: [...wrongJob, 'idempotency_conflict'],
  }),
  route('jobs.list', {
    method: 'GET',
    path: '/v1/jobs',
    summary: 'List jobs',
    description: 'Newest first. All given filters must hold.',
    takes: 'query',
    gives: [{ status: 200, says: 'A page.', schema: jobPageSchema, example: { jobs: [sampleSummary], ...samplePage } }],
    errors: [],
  }),
  route('jobs.submitMany', {
    method: 'POST',
    path: '/v1/jobs/batch',
    summary: 'Submit many jobs',
    description: 'Up to 1,000 jobs and 32 MiB. One that is refused fails alone; each has its own idempotency key.',
    takes: { example: { jobs: [example, { url: 'not a URL' }] } },
    gives: [
      {
        status: 200,
        says: 'One answer for each job, in order.',
        schema: submitManyResultSchema,
        example: {
          results: [
            { ok: true, job: sampleQueued },
            {
              ok: false,
              error: {
                code: 'invalid_url',
                message: '`jobs.1.url` must be an http or https URL.',
                field: 'jobs.1.url',
              },
            },
          ],
        },
      },
    ],
    errors: ['too_many_jobs'],
  }),
  route('jobs.get', {
    method: 'GET',
    path: '/v1/jobs/{id}',
    summary: 'Read a job',
    description: 'With its result once there is one. It can be waited for.',
    waits: 'query',
    gives: [{ status: 200, says: 'The job.', headers: ['retry-after'], schema: jobSchema, example: sampleJob }],
    answer: shown,
    errors: ['rate_limited'],
  }),
  route('jobs.result', {
    method: 'GET',
    path: '/v1/jobs/{id}/result',
    summary: 'Read the result',
    description:
      'The bytes of the response with their content type. `result.url` of a job leads here without a key: with `expires` and `signature`, until the result expires.',
    waits: 'query',
    gather: ({ id, waitSeconds }) => ({ id, waitSeconds }),
    gives: [
      {
        status: 200,
        says: 'The bytes as they came.',
        headers: ['ringback-result-status', 'ringback-result-truncated', 'content-disposition'],
        media: ['*/*'],
      },
    ],
    answer: resultBytes,
    answerLink: linkedResult,
    errors: ['no_result', 'result_expired', 'invalid_link', 'rate_limited'],
  }),
  route('jobs.events', {
    method: 'GET',
    path: '/v1/jobs/{id}/events',
    summary: 'Read the events of a stream',
    description:
      "The events of a job with `stream: true`, from the first one on and then as they come, until the job has ended. `id` is the number to go on after: by `starting_after` or the header `Last-Event-ID`, which counts more. `ringback.restart` says that the target was asked again and what came before counts no more; `ringback.end` comes last, with the job's `state`. An event of the target whose name begins with `ringback.` comes as `target.ringback.…`.",
    takes: 'query',
    gives: [{ status: 200, says: 'The events.', media: ['text/event-stream'] }],
    answer: eventsAnswer,
    errors: ['no_events', 'result_expired', 'rate_limited'],
  }),
  route('jobs.requestBody', {
    method: 'GET',
    path: '/v1/jobs/{id}/body',
    summary: 'Read the request body',
    description: 'What was sent, masked as `redact.body` says.',
    gives: [{ status: 200, says: 'The bytes.', headers: ['content-disposition'], media: ['*/*'] }],
    answer: ({ bytes, contentType }) => ({ status: 200, headers: asAttachment(contentType), body: bytes }),
    errors: ['body_expired'],
  }),
  route('jobs.attempts', {
    method: 'GET',
    path: '/v1/jobs/{id}/attempts',
    summary: 'Read the attempts',
    description: 'All attempts with what decided after each, the deliveries with their attempts, and the policy.',
    gives: [{ status: 200, says: 'The history.', schema: jobAttemptsSchema, example: sampleAttempts }],
    errors: [],
  }),
  route('jobs.cancel', {
    method: 'POST',
    path: '/v1/jobs/{id}/cancel',
    summary: 'Cancel a job',
    description: 'Aborts a request that is under way. A job that has ended stays as it is.',
    gives: [
      {
        status: 200,
        says: 'The job as it is now.',
        schema: jobSchema,
        example: { ...sampleJob, state: 'cancelled', result: null },
      },
    ],
    errors: [],
  }),
  route('jobs.tryNow', {
    method: 'POST',
    path: '/v1/jobs/{id}/try-now',
    summary: 'Try a waiting job now',
    description:
      'Makes the next attempt at once of a job that is scheduled or waits for its retry. One whose request is under way stays as it is.',
    gives: [
      {
        status: 202,
        says: 'The job, due now.',
        schema: jobSchema,
        example: { ...sampleJob, state: 'retrying', attempts: 2, endedAt: null, result: null },
      },
    ],
    errors: ['already_ended'],
  }),
  route('jobs.rerun', {
    method: 'POST',
    path: '/v1/jobs/{id}/rerun',
    summary: 'Run a job again',
    description:
      'Makes a new job from one that has ended; `rerunOf` leads back. The idempotency key moves to the new job. The body holds edits, or there is none.',
    takes: { example: { timeout: { durationInMs: '5m' }, labels: ['report', 'again'] }, optional: true, as: 'edits' },
    idempotencyKey: true,
    gives: [
      {
        status: 202,
        says: 'The new job.',
        headers: ['location', 'retry-after', 'idempotent-replayed'],
        schema: submittedJobSchema,
        example: sampleRerun,
      },
      {
        status: 200,
        says: 'A job that has ended: an idempotency key led to it.',
        headers: ['location', 'idempotent-replayed'],
        schema: submittedJobSchema,
        example: { ...sampleJob, replayed: true },
      },
    ],
    answer: submitted,
    errors: [...wrongJob, 'idempotency_conflict', 'not_ended', 'secrets_erased', 'body_expired'],
  }),
];
