import { z } from 'zod';
import { type ListInput, listInput } from './list.ts';

/** Which jobs a bulk action is for: those picked, or all that a filter finds (never an empty filter). */
export type JobSelection =
  | { ids: string[]; filter?: undefined }
  | { ids?: undefined; filter: Omit<ListInput, 'limit' | 'cursor'> };

/** Checks a `JobSelection`. At most 1,000 ids; a filter must say something. */
export const jobSelection = z.union([
  z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(1_000), filter: z.undefined().optional() }),
  z.strictObject({
    ids: z.undefined().optional(),
    filter: listInput
      .omit({ limit: true, cursor: true })
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), 'the filter must not be empty'),
  }),
]);

/** Checks the input of `jobs.cancelMany` and `jobs.rerunMany`. */
export const bulkInput = z.strictObject({
  jobs: jobSelection,
  /** At most so many jobs a second, 1 – 1,000; default 50. */
  perSecond: z.int().min(1).max(1_000).optional(),
});
