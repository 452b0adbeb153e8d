import type { CappedCount } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';

/** A count that was made up to one above the limit. */
export function cappedCount(count: number): CappedCount {
  return { count: Math.min(count, readLimits.countedRows), capped: count > readLimits.countedRows };
}
