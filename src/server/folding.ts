import { foldStats } from '#src/engine/stats/fold-stats.ts';
import type { ServerDeps } from './server-deps.ts';

const everyMs = 15_000;

/**
 * Workers fold statistics every few seconds; without any, what is submitted meanwhile would pile up for the dashboard to add
 * up at every look. `stop` waits for the run under way.
 */
export function startFolding(deps: ServerDeps): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = foldStats(deps, { measure: false }).catch((err: unknown) =>
      deps.log.warn({ err }, 'folding statistics failed'),
    );
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
