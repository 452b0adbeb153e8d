import { z } from 'zod';
import { submittedJobSchema } from '#src/contract/job/job-schemas.ts';
import { errorBodySchema } from '#src/contract/shape/error-schema.ts';
import { limits } from '#src/domain/limits.ts';
import type { SubmitManyInput, SubmitManyResult } from './batch.ts';
import { submitSchema } from './submit-schema.ts';

/** Many jobs at once. */
export const submitManySchema = z.strictObject({ jobs: z.array(submitSchema).max(limits.batchJobs) }).meta({
  description: 'Many jobs at once; each is checked and stored by itself.',
}) satisfies z.ZodType<SubmitManyInput>;

/** One answer for each job of a batch. */
export const submitManyResultSchema = z
  .strictObject({
    results: z
      .array(
        z.discriminatedUnion('ok', [
          z.strictObject({ ok: z.literal(true), job: submittedJobSchema }),
          z.strictObject({ ok: z.literal(false), error: errorBodySchema }),
        ]),
      )
      .describe('In the order of the jobs.'),
  })
  .meta({
    id: 'BatchAnswer',
    description: 'One answer for each job of a batch.',
  }) satisfies z.ZodType<SubmitManyResult>;
