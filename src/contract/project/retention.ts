import { z } from 'zod';
import { limits, projectLimits } from '#src/domain/limits.ts';

/** How long a project's things are kept. */
export type Retention = {
  /** Default of `resultTtlSeconds` for jobs that do not say it. */
  resultTtlSeconds: number;
  /** After a job's end: it goes with everything that hangs on it. */
  jobsDays: number;
  /** After a job's end; at most `jobsDays`. */
  attemptsDays: number;
  /** After a delivery's end; at most `jobsDays`. */
  deliveriesDays: number;
};

/** What `settings.retention` answers. */
export type RetentionView = Retention & {
  /** What the server is configured with, for values that the project has not set. */
  defaults: Retention;
  /** Which values the project has set itself. */
  own: (keyof Retention)[];
};

/** What a setting would delete at the next clearing. Counts stop at 10,000. */
export type RetentionPreview = {
  /** Workers clear this often. */
  everySeconds: number;
  of: {
    what: 'results' | 'jobs' | 'attempts' | 'deliveries';
    now: { count: number; capped: boolean };
    /** When the oldest of them was made; null: there is none. */
    oldestAt: string | null;
    /** Kept back although old enough: still to be delivered, result still kept. */
    heldBack: { count: number; capped: boolean };
  }[];
};

const days = z.int().min(projectLimits.retainDays.min).max(projectLimits.retainDays.max);

/** Checks the input of `settings.setRetention` and `settings.previewRetention`; null returns to the server's value. */
export const retentionInput = z.strictObject({
  resultTtlSeconds: z.int().min(limits.resultTtlSeconds.min).max(limits.resultTtlSeconds.max).nullable().optional(),
  jobsDays: days.nullable().optional(),
  attemptsDays: days.nullable().optional(),
  deliveriesDays: days.nullable().optional(),
});
