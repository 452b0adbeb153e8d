import { restAfter } from '#src/domain/rest-after.ts';
import type { Pace } from './pace.ts';

/** Options of a rest. */
export type RestOptions = {
  /** The longest rest. Default: that of the pace. */
  longestMs?: number;
  /** Returns true while the database is away: how long a run took then says nothing. */
  isOutage?: () => boolean;
};

/**
 * Returns a function that says how long a look rests after a run: `everyMs`, or longer, so that it takes at most a
 * twentieth of the time. It is for looks that take the longer the more rows have died, and whose lateness only delays a
 * repair or a chart. What a look has not taken is kept for it, up to the time after which a query fails: a single run that
 * hung for so long changes nothing. No rest is longer than `longestMs`.
 */
export function makeRest(
  pace: Pick<Pace, 'queryTimeoutMs' | 'longestRestMs'>,
  everyMs: number,
  { longestMs = pace.longestRestMs, isOutage = () => false }: RestOptions = {},
): (tookMs: number) => number {
  const leastOwedMs = -restAfter(pace.queryTimeoutMs);
  let owedMs = leastOwedMs;
  return (tookMs) => {
    // After an outage there is most to repair.
    if (isOutage()) return everyMs;
    owedMs = Math.min(owedMs + restAfter(tookMs), longestMs);
    const restMs = Math.max(everyMs, owedMs);
    owedMs = Math.max(owedMs - restMs, leastOwedMs);
    return restMs;
  };
}
