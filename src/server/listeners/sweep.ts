import type { ServerDeps } from '#src/server/server-deps.ts';
import { deleteOldMessages, findSilentListeners } from '#src/store/listener/listeners.ts';
import { remove } from './stop-listening.ts';

const everyMs = 20_000;
const silentSeconds = 60;

/** Cleans up listeners whose stream broke and was not opened again, or whose process died: any web process does it for all. */
export async function sweep(deps: ServerDeps): Promise<void> {
  for (const { id, project_id: projectId } of await findSilentListeners(deps.db, silentSeconds)) {
    await remove(deps, { id, projectId });
  }
  await deleteOldMessages(deps.db, silentSeconds);
}

/** Sweeps now and then; `stop` waits for the sweep under way. */
export function startSweeping(deps: ServerDeps): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = sweep(deps).catch((err: unknown) => deps.log.warn({ err }, 'cleaning up listeners failed'));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
