import { formatId } from '#src/domain/text/id.ts';
import type { Logs, Paces, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { deleteOldMessages, findSilentListeners } from '#src/store/listener/listeners.ts';
import { removeListener } from './leave-listener.ts';

/**
 * Deletes listeners whose stream broke and was not opened again, or whose process died. Any web process does this for
 * all processes. One that cannot be deleted is left for the next call, and does not keep the others.
 */
export async function sweep(deps: Reads & Wakes & Routes & Paces & Logs): Promise<void> {
  const { listenerSilentSeconds: silentSeconds } = deps.pace;
  for (const { id, project_id: projectId } of await findSilentListeners(deps.db, silentSeconds)) {
    await removeListener(deps, { id, projectId }).catch((err: unknown) =>
      deps.log.warn({ err, endpointId: formatId('end', id) }, 'a silent listener could not be deleted yet'),
    );
  }
  await deleteOldMessages(deps.db, silentSeconds);
}
