import type { CappedCount } from '#src/contract/stats/stats.ts';
import { readLimits } from '#src/domain/limits.ts';

/** Returns a count with its limit applied. The rows were counted up to one above the limit. */
export function cappedCount(count: number): CappedCount {
  return { count: Math.min(count, readLimits.countedRows), capped: count > readLimits.countedRows };
}
