import { makeRest } from '#src/engine/make-rest.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { tick } from '#src/engine/ticker.ts';
import type { ServerDeps } from './server-deps.ts';

/**
 * Adds up statistics again and again. Workers do this every few seconds. Without workers, the rows of new jobs would
 * pile up, and the dashboard would add them up at every request. `stop` waits for the current run.
 */
export function startFolding(deps: ServerDeps): { stop(): Promise<void> } {
  const everyMs = deps.pace.foldInWebMs;
  return tick(
    makeRest(deps.pace, everyMs, { longestMs: deps.pace.longestFoldRestMs }),
    () => foldStats(deps, { measure: false }),
    (err) => deps.log.warn({ err }, 'folding statistics failed'),
    everyMs,
  );
}
