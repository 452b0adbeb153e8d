import { z } from 'zod';
import type { JobState } from '#src/domain/job-state.ts';
import { jobStates } from '#src/domain/job-state.ts';

/** Filters and paging of `jobs.list`; all given filters must hold. Newest first. */
export type ListInput = {
  /** 1 – 100, default 20. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  state?: JobState | JobState[] | undefined;
  label?: string | undefined;
  /** The target's host name, exactly. */
  host?: string | undefined;
  /** The last response's status: `404`, or a class such as `5xx`. */
  status?: number | string | undefined;
  /** Created at or after / before, ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of the URL, or a whole job id. */
  text?: string | undefined;
};

const instant = z.iso.datetime({ offset: true });

export const listInput = z.strictObject({
  limit: z.int().min(1).max(100).optional(),
  cursor: z.string().max(100).optional(),
  state: z.union([z.enum(jobStates), z.array(z.enum(jobStates)).max(jobStates.length)]).optional(),
  label: z.string().max(64).optional(),
  host: z.string().max(255).optional(),
  status: z.union([z.int().min(100).max(999), z.string().regex(/^[1-9](\d\d|xx)$/)]).optional(),
  from: instant.optional(),
  to: instant.optional(),
  text: z.string().min(1).max(200).optional(),
}) satisfies z.ZodType<ListInput, ListInput>;
