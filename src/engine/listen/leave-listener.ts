import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { deleteEndpoint } from '#src/engine/endpoint/endpoints.ts';
import { deleteListener, findOwnListener } from '#src/store/listener/listeners.ts';
import type { Listener } from './open-listener.ts';

/**
 * Deletes a listener whose developer has stopped listening. Its messages are deleted too; they are kept only when a
 * stream breaks. Returns the deleted listener. Refuses with `not_found` when there is none.
 */
export async function leave(deps: Reads & Wakes & Routes, projectId: string, endpointId: string): Promise<Listener> {
  const id = parseId('end', endpointId);
  const listener = id === null ? undefined : await findOwnListener(deps.db, projectId, id);
  if (!listener) throw new Refusal('not_found', 'this listener has ended');
  await removeListener(deps, { id: listener.id, projectId });
  return { ...listener, projectId };
}

/** Deletes a listener and its endpoint. The endpoint may already have been deleted by hand. */
export async function removeListener(
  deps: Reads & Wakes & Routes,
  { id, projectId }: Pick<Listener, 'id' | 'projectId'>,
): Promise<void> {
  await deleteEndpoint(deps, projectId, formatId('end', id)).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error;
  });
  await deleteListener(deps.db, id);
}
