import { z } from 'zod';
import type { CallbackView, Job, JobResult } from '#src/contract/job/job.ts';
import type { JobError, JobErrorCode } from '#src/domain/decide/decision.ts';
import { jobErrorCodes } from '#src/domain/decide/decision.ts';
import { jobStates, waitReasons } from '#src/domain/decide/job-state.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import type { IdPrefix } from '#src/domain/text/id.ts';
import type { FailedAttempt } from './events.ts';

const idDigits = '[0-9a-hjkmnp-tv-z]{26}';

/** Returns the schema of an id with the prefix; see `formatId`. */
export const idSchema = (prefix: IdPrefix) => z.string().regex(new RegExp(`^${prefix}_${idDigits}$`));

/** An instant in the form of `Date.toISOString`. */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ id: 'Instant', format: 'date-time' });

/** An absolute URL without masked parts. */
export const urlSchema = z.string().meta({ format: 'uri' });

/** A count of at least 0. */
export const countSchema = z.int().min(0);

const headersSchema = z.record(z.string(), z.string());

/** Any JSON value. A value read from JSON is one already, so there is nothing to check. */
export const jsonValueSchema = z.unknown() as z.ZodType<JsonValue>;

/** The final response. */
export const jobResultSchema = z
  .strictObject({
    body: z.string().nullable().describe('The response body; null when it was omitted.'),
    encoding: z.enum(['utf8', 'base64']).describe('How `body` is written: as it is, or as base64 when it is no text.'),
    status: z.int().min(100).max(999),
    headers: headersSchema.describe('Lower-case names. Secrets are masked, repeated fields joined by ", ".'),
    contentType: z.string().nullable(),
    size: countSchema.describe('Bytes kept.'),
    truncated: z.boolean().describe('True when the response was too long and only its beginning was kept.'),
    omitted: z.boolean().describe('True when the body was left out of the callback for its size; `url` leads to it.'),
    url: urlSchema.describe(
      'Answers the raw bytes until `expiresAt`. It is signed and needs no API key: whoever has it can read them.',
    ),
    expiresAt: instantSchema,
  })
  .meta({ id: 'JobResult', description: 'The final response.' }) satisfies z.ZodType<JobResult>;

/** Code of a failed job's error. */
export const jobErrorCodeSchema = z.enum(jobErrorCodes) satisfies z.ZodType<JobErrorCode>;

/** Error of a failed job. */
export const jobErrorSchema = z
  .strictObject({
    code: jobErrorCodeSchema,
    message: z.string(),
    retryable: z.boolean().describe('Whether the same request may succeed later.'),
  })
  .meta({ id: 'JobError', description: 'Why a job failed.' }) satisfies z.ZodType<JobError>;

/** Reason why the last attempt of a job that goes on has failed. */
export const lastFailureSchema = z.strictObject({ code: jobErrorCodeSchema, message: z.string() }).meta({
  id: 'LastFailure',
  description: 'Why the last attempt failed, while the job goes on. Null before one has, and from the end on.',
}) satisfies z.ZodType<Job['lastFailure']>;

/** Callback of a job as it is shown. */
export const callbackViewSchema = z
  .strictObject({
    url: z.string().nullable().describe('Null when a registered endpoint is named.'),
    endpoint: z.string().nullable().describe("The endpoint's name."),
    events: z.array(z.string()),
    headers: headersSchema.describe('Secrets are masked.'),
    payload: z.enum(['full', 'thin']),
  })
  .meta({ id: 'Callback', description: 'Where the job reports to.' }) satisfies z.ZodType<CallbackView>;

/** A job as `jobs.get`, REST and callbacks show it. */
export const jobSchema = z
  .strictObject({
    id: idSchema('job'),
    state: z.enum(jobStates),
    waitReason: z.enum(waitReasons).nullable().describe('Why a due job is held back, when it is.'),
    method: z.string(),
    url: z.string().describe('Query parameters named in `redact.query` are masked.'),
    headers: headersSchema.describe('Lower-case names. Secrets are masked.'),
    labels: z.array(z.string()),
    metadata: jsonValueSchema.describe('What was submitted as `metadata`, null without any.'),
    attempts: countSchema.describe('Attempts made so far.'),
    maxAttempts: countSchema,
    createdAt: instantSchema,
    runAt: instantSchema.nullable(),
    deadlineAt: instantSchema.nullable(),
    startedAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    nextAttemptAt: instantSchema.nullable(),
    result: jobResultSchema.nullable(),
    resultExpiredAt: instantSchema.nullable().describe('When the retention of the result ended, once it has.'),
    error: jobErrorSchema.nullable().describe('Why the job failed, when it has.'),
    lastFailure: lastFailureSchema.nullable(),
    callback: callbackViewSchema.nullable(),
    idempotencyKey: z.string().nullable(),
    rerunOf: idSchema('job').nullable(),
    priority: z.int().describe('The higher, the earlier among what is due.'),
    flow: z.string().nullable().describe("Key of the job's flow."),
    run: idSchema('run').nullable().describe('The run of `serve` that the job belongs to.'),
    upstream: z.string().nullable().describe('Name of the upstream that the job was made for.'),
  })
  .meta({ id: 'Job', description: 'A request that is made in the background.' }) satisfies z.ZodType<Job>;

/** An attempt that did not complete its job. */
export const failedAttemptSchema = z
  .strictObject({
    id: idSchema('att'),
    number: z.int().min(1),
    startedAt: instantSchema,
    endedAt: instantSchema,
    outcome: z.enum(['response', 'timeout', 'connection_error', 'blocked', 'invalid_request', 'unstorable']),
    status: z.int().min(100).max(999).nullable().describe('Of the response, when there was one.'),
    failure: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe('What went wrong when there was no response.'),
    decision: z.strictObject({
      then: z.enum(['retry', 'fail']).describe('`fail`: it was the last attempt.'),
      rule: z.string().nullable().describe('Which rule decided; null when none matched.'),
      why: z.string(),
      delayMs: z.number().min(0).nullable().describe('Until the next attempt; null after the last.'),
    }),
    nextAttemptAt: instantSchema.nullable().describe('Null after the last.'),
  })
  .meta({ id: 'FailedAttempt', description: 'The attempt, and what was decided.' }) satisfies z.ZodType<FailedAttempt>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type JobSchemasAreExact = [
  Exact<Required<z.infer<typeof jobSchema>>, Required<Job>>,
  Exact<Required<z.infer<typeof jobResultSchema>>, Required<JobResult>>,
  Exact<Required<z.infer<typeof jobErrorSchema>>, Required<JobError>>,
  Exact<z.infer<typeof jobErrorCodeSchema>, JobErrorCode>,
  Exact<Required<z.infer<typeof callbackViewSchema>>, Required<CallbackView>>,
  Exact<Required<z.infer<typeof failedAttemptSchema>>, Required<FailedAttempt>>,
];

/** Compiles only if A and B can be assigned to each other. */
export type Exact<A extends B, B extends C, C = A> = [A, B, C];
