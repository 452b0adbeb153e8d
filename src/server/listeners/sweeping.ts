import { sweep } from '#src/engine/listen/sweep.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Deletes silent listeners again and again. `stop` waits for the current sweep. */
export function startSweeping(deps: ServerDeps): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = sweep(deps).catch((err: unknown) => deps.log.warn({ err }, 'cleaning up listeners failed'));
  }, deps.pace.sweepListenersMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
