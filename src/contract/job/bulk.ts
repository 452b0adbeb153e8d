import { z } from 'zod';
import { operationLimits, readLimits } from '#src/domain/limits.ts';
import { type JobFilterInput, jobFilterInput } from './job-filter-input.ts';

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
    ids: z.array(z.string().max(readLimits.idLength)).min(1).max(readLimits.idsAtOnce),
    filter: z.undefined().optional(),
  }),
  z.strictObject({
    ids: z.undefined().optional(),
    filter: jobFilterInput.refine(
      (filter) => Object.values(filter).some((value) => value !== undefined),
      'the filter must not be empty',
    ),
  }),
]);

/** Checks a `BulkInput`. */
export const bulkInput = z.strictObject({
  jobs: jobSelection,
  perSecond: z.int().min(operationLimits.perSecond.min).max(operationLimits.perSecond.max).optional(),
}) satisfies z.ZodType<BulkInput, BulkInput>;
