import { z } from 'zod';
import { instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { pageInput } from '#src/contract/job/job-filter-input.ts';
import { flowRateSchema } from '#src/contract/submit/submit-schema.ts';
import { flowLimits, readLimits } from '#src/domain/limits.ts';

/** The limits that jobs with the same flow key share, with what waits and runs. Times are ISO 8601 UTC. */
export type Flow = {
  id: string;
  key: string;
  /** Attempts that may be under way at once; null: no limit. */
  concurrency: number | null;
  /** Attempts that may start within any such period; null: no limit. */
  rate: { limit: number; periodSeconds: number } | null;
  /** True if `flows.set` gave the limits. Limits that come with jobs then change nothing. */
  fixed: boolean;
  /** Time since when nothing starts; null: the flow is not paused. */
  pausedAt: string | null;
  /** Number of due jobs that wait in the flow. Counting stops after 10,000. */
  waiting: number;
  /** Number of attempts that are under way. */
  running: number;
  /** Time when the job that has waited longest was submitted; null: none waits. */
  oldestAt: string | null;
  createdAt: string;
};

/** A page of flows, by their keys. */
export type FlowPage = { flows: Flow[]; nextCursor: string | null };

/** The schema of a flow. */
export const flowViewSchema = z
  .strictObject({
    id: z.string(),
    key: z.string(),
    concurrency: z.int().nullable().describe('Attempts that may be under way at once; null: no limit.'),
    rate: z
      .strictObject({ limit: z.int(), periodSeconds: z.number() })
      .nullable()
      .describe('Attempts that may start within any such period; null: no limit.'),
    fixed: z.boolean().describe('True: the limits were set by an operator, and those of jobs change nothing.'),
    pausedAt: instantSchema.nullable().describe('Since when nothing starts; null: it is not paused.'),
    waiting: z.int().describe('Due jobs that wait. Counting stops after 10,000.'),
    running: z.int().describe('Attempts that are under way.'),
    oldestAt: instantSchema.nullable().describe('When the job that has waited longest was submitted.'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Flow', description: 'Limits that jobs with the same key share.' }) satisfies z.ZodType<Flow>;

/** The schema of a page of flows. */
export const flowPageSchema = z
  .strictObject({ flows: z.array(flowViewSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'FlowPage' }) satisfies z.ZodType<FlowPage>;

/** Input of `flows.list`. */
export const flowListInput = z.strictObject({
  limit: pageInput.limit,
  cursor: z.string().max(flowLimits.keyLength).optional().describe('`nextCursor` of a page: the keys after it.'),
  search: z.string().max(readLimits.searchTextLength).optional().describe('Part of the key.'),
  only: z.enum(['busy', 'paused']).optional().describe('`busy`: with jobs that wait or run. `paused`: paused ones.'),
});
export type FlowListInput = z.infer<typeof flowListInput>;

/** Names a flow, by its id or its key. */
export const byFlow = z.strictObject({
  id: z.string().min(1).max(flowLimits.keyLength).describe('The id of a flow, or its key.'),
});

/** Input of `flows.set`. */
export const flowSetInput = byFlow.extend({
  concurrency: z
    .int()
    .min(flowLimits.concurrency.min)
    .max(flowLimits.concurrency.max)
    .nullable()
    .optional()
    .describe('Null removes the limit; what is not given stays.'),
  rate: flowRateSchema.nullable().optional().describe('Null removes the limit; what is not given stays.'),
  fixed: z
    .boolean()
    .optional()
    .describe('False gives the limits back to the jobs: those that come with the next ones hold. Default true.'),
});
export type FlowSetInput = z.infer<typeof flowSetInput>;
