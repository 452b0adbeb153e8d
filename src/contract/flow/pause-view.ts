import { z } from 'zod';
import { instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';

/** A pause that lasts. */
export type PauseView = {
  /** Host that no request is made to; null: the whole project is paused. */
  host: string | null;
  /** ISO 8601 UTC. */
  since: string;
  /** Due jobs that wait for the end of the pause, but for those that wait in flows. */
  waiting: CappedCount;
};

/** Answer of `pauses.list`, `pauses.begin` and `pauses.end`: what is paused, the whole project first. */
export type PausesView = { pauses: PauseView[] };

/** Checks what to pause: a host, or without one the whole project. */
export const pauseInput = z.strictObject({
  host: storableText(readLimits.hostLength)
    .min(1)
    .optional()
    .describe('The name of a host, without scheme, port and path. Without it: the whole project.'),
});
export type PauseInput = z.infer<typeof pauseInput>;

/** The schema of what is paused. */
export const pausesSchema = z
  .strictObject({
    pauses: z.array(
      z.strictObject({
        host: z.string().nullable().describe('The host that no request is made to; null: the whole project is paused.'),
        since: instantSchema,
        waiting: z
          .strictObject({ count: z.int(), capped: z.boolean() })
          .describe(
            'Due jobs that wait for the end of the pause, but for those in flows. Counting stops after 10,000.',
          ),
      }),
    ),
  })
  .meta({ id: 'Pauses', description: 'What is paused, the whole project first.' }) satisfies z.ZodType<PausesView>;
