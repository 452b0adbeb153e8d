import { z } from 'zod';
import { readLimits } from '#src/domain/limits.ts';
import { type JobFilterInput, jobFilterInput } from './job-filter-input.ts';
import { defaultPerSecond, perSecondInput } from './operation.ts';

/** Jobs that a bulk action is for: a list of ids, or all jobs that a filter finds. The filter must not be empty. */
export type JobSelection =
  | { ids: string[]; filter?: undefined }
  | {
      ids?: undefined;
      /** Filter over the jobs created before the action started. Each job is matched when the action reaches it. */
      filter: JobFilterInput;
    };

/** Input of `jobs.cancelMany` and `jobs.rerunMany`. */
export type BulkInput = {
  jobs: JobSelection;
  /** The highest number of jobs per second, 1 – 1,000. Default 50. */
  perSecond?: number | undefined;
};

/** Checks a `JobSelection`: at most 1,000 ids, or a filter that is not empty. */
export const jobSelection = z.union([
  z.strictObject({
    ids: z.array(z.string().max(readLimits.idLength)).min(1).max(readLimits.idsAtOnce).describe('Those picked.'),
    filter: z.undefined().optional(),
  }),
  z.strictObject({
    ids: z.undefined().optional(),
    filter: jobFilterInput
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), 'the filter must not be empty')
      .describe('All that it finds when their turn comes, among the jobs created before. Never an empty filter.'),
  }),
]);

/** Checks a `BulkInput`. */
export const bulkInput = z.strictObject({
  jobs: jobSelection,
  perSecond: perSecondInput.describe(`At most so many jobs a second; ${defaultPerSecond} if it is not given.`),
}) satisfies z.ZodType<BulkInput, BulkInput>;
