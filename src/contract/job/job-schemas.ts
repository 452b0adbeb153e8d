import { z } from 'zod';
import { type Exact, instantSchema, jobSchema } from '#src/contract/event/event-schemas-job.ts';
import { outcomeKindSchema } from './attempt-schemas.ts';
import type { JobPage, JobSummary, SubmittedJob } from './job.ts';

/** A job as submitting answers it. */
export const submittedJobSchema = jobSchema
  .extend({ replayed: z.boolean().describe('True when an idempotency key led to a job that was there before.') })
  .meta({ id: 'SubmittedJob', description: 'A job as submitting answers it.' }) satisfies z.ZodType<SubmittedJob>;

/** A row of a list of jobs. */
export const jobSummarySchema = jobSchema
  .pick({
    id: true,
    state: true,
    waitReason: true,
    method: true,
    url: true,
    labels: true,
    attempts: true,
    maxAttempts: true,
    createdAt: true,
    startedAt: true,
    endedAt: true,
    nextAttemptAt: true,
    error: true,
    lastFailure: true,
    rerunOf: true,
  })
  .extend({
    status: z.int().nullable().describe('Of the last response, if there was one.'),
    resultExpiresAt: instantSchema.nullable(),
    resultExpiredAt: instantSchema.nullable(),
    recentAttempts: z
      .array(z.strictObject({ outcome: outcomeKindSchema, status: z.int().nullable() }))
      .describe('The last eight, oldest first.'),
    metadata: z
      .record(z.string(), z.string().nullable())
      .optional()
      .describe('The values at the paths of `metadataColumns`, as text; null where there is none.'),
  })
  .meta({
    id: 'JobSummary',
    description: 'A job without headers, result body and callback, and with the metadata that was asked for.',
  }) satisfies z.ZodType<JobSummary>;

/** The cursors of a page that goes both ways. */
export const pageFields = {
  nextCursor: z.string().nullable().describe('Pass it on as `cursor` for what is older; null: nothing is.'),
  previousCursor: z.string().nullable().describe('Pass it on as `before` for what is newer; null: nothing is.'),
  searchedTo: instantSchema
    .nullable()
    .describe('Not null: the search was given up here, and the page has fewer rows than it could. The cursor goes on.'),
};

/** A page of jobs. */
export const jobPageSchema = z
  .strictObject({ jobs: z.array(jobSummarySchema), ...pageFields })
  .meta({ id: 'JobPage', description: 'A page of jobs, newest first.' }) satisfies z.ZodType<JobPage>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type JobAnswersAreExact = [
  Exact<z.infer<typeof submittedJobSchema>, SubmittedJob>,
  Exact<z.infer<typeof jobSummarySchema>, JobSummary>,
  Exact<z.infer<typeof jobPageSchema>, JobPage>,
];
