import { z } from 'zod';
import { operationLimits, readLimits } from '#src/domain/limits.ts';
import { type JobFilterInput, jobFilterInput } from './job-filter-input.ts';

/** Which jobs a bulk action is for: those picked, or all that a filter finds (never an empty filter). */
export type JobSelection =
  | { ids: string[]; filter?: undefined }
  | {
      ids?: undefined;
      /** As it matches when a job's turn comes, among the jobs created before the action was started. */
      filter: JobFilterInput;
    };

/** Input of `jobs.cancelMany` and `jobs.rerunMany`. */
export type BulkInput = {
  jobs: JobSelection;
  /** At most so many jobs a second, 1 – 1,000; default 50. */
  perSecond?: number | undefined;
};

/** Checks a `JobSelection`. At most 1,000 ids; a filter must say something. */
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
