import { z } from 'zod';
import { readLimits } from '#src/domain/limits.ts';
import type { StatRange } from './stat-range.ts';
import type { CappedCount } from './stats.ts';

/** Failures of one kind: of the same host, with the same end of the last attempt, given up by the same rule. */
export type FailureGroup = {
  of: 'jobs' | 'callbacks';
  /** What they have in common as one text. Lists filter by it. */
  failure: string;
  host: string;
  /** Status of the last answer, or the code of the error. */
  cause: string;
  /** Rule that gave up; null: none matched. */
  rule: string | null;
  count: CappedCount;
  /** Ends of the first and the last of them in the range. */
  firstAt: string;
  lastAt: string;
  /** Counts of 24 equal steps of the range. */
  trend: number[];
};

/** Answer of `stats.failures`: the most frequent kinds of failures first. */
export type Failures = { range: StatRange | null; from: string; to: string; groups: FailureGroup[] };

/**
 * Answer of `stats.like`: jobs that failed since `from` in the same way as a job, or as an attempt that was retried.
 * `failure` is null if it did not fail.
 */
export type LikeFailures = { failure: string | null; from: string; count: CappedCount };

/** Checks the input of `stats.like`. With `attempt`, it asks about that attempt of the job. */
export const likeInput = z.strictObject({
  id: z.string().max(readLimits.idLength),
  attempt: z.int().min(1).max(1_000_000).optional(),
});

export type LikeInput = z.infer<typeof likeInput>;
