import { z } from 'zod';
import { limits, projectLimits } from '#src/domain/limits.ts';

/** The times for which a project's data is kept. */
export type Retention = {
  /** Default of `resultTtlSeconds` for jobs that do not set it. */
  resultTtlSeconds: number;
  /** Days after a job's end until the job is deleted with everything that belongs to it. */
  jobsDays: number;
  /** Days after a job's end until its attempts are deleted; at most `jobsDays`. */
  attemptsDays: number;
  /** Days after a delivery's end until it is deleted; at most `jobsDays`. */
  deliveriesDays: number;
};

/** Answer of `settings.retention`. */
export type RetentionView = Retention & {
  /** The server's settings, which apply to values that the project has not set. */
  defaults: Retention;
  /** Names of the values that the project has set itself. */
  own: (keyof Retention)[];
};

/** Rows that a setting would delete in the next clearing. Counts stop at 10,000. */
export type RetentionPreview = {
  /** Seconds between two clearings by the workers. */
  everySeconds: number;
  of: {
    what: 'results' | 'jobs' | 'attempts' | 'deliveries';
    now: { count: number; capped: boolean };
    /** Time when the oldest of them was made; null: there are none. */
    oldestAt: string | null;
    /** Rows that are old enough but kept, because a delivery is still open or a result is still kept. */
    heldBack: { count: number; capped: boolean };
  }[];
};

const days = z.int().min(projectLimits.retainDays.min).max(projectLimits.retainDays.max);

/**
 * Checks the input of `settings.setRetention` and `settings.previewRetention`. Null returns a value to the server's
 * setting.
 */
export const retentionInput = z.strictObject({
  resultTtlSeconds: z.int().min(limits.resultTtlSeconds.min).max(limits.resultTtlSeconds.max).nullable().optional(),
  jobsDays: days.nullable().optional(),
  attemptsDays: days.nullable().optional(),
  deliveriesDays: days.nullable().optional(),
});
