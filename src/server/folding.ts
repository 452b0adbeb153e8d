import { foldStats } from '#src/engine/stats/fold-stats.ts';
import type { ServerDeps } from './server-deps.ts';

/**
 * Adds up statistics again and again. Workers do this every few seconds. Without workers, the rows of new jobs would
 * pile up, and the dashboard would add them up at every request. `stop` waits for the current run.
 */
export function startFolding(deps: ServerDeps): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = foldStats(deps, { measure: false }).catch((err: unknown) =>
      deps.log.warn({ err }, 'folding statistics failed'),
    );
  }, deps.pace.foldInWebMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
