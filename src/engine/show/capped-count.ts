import type { CappedCount } from '#src/contract/stats/stats.ts';
import { countLimit } from '#src/store/stats/backlog.ts';

/** A count that was made up to one above the limit. */
export function cappedCount(count: number): CappedCount {
  return { count: Math.min(count, countLimit), capped: count > countLimit };
}
