import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { deleteEndpoint } from '#src/engine/endpoint/endpoints.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { actorOf, noteDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { deleteListener, findOwnListener } from '#src/store/listener/listeners.ts';

/** Whoever listened does no more: nothing is kept for them, as it would be after a stream that only broke. */
export async function leave(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
  const { projectId } = actor;
  const id = parseId('end', endpointId);
  const listener = id === null ? undefined : await findOwnListener(deps.db, projectId, id);
  if (!listener) throw new Refusal('not_found', 'nobody listens here any more');
  await remove(deps, { id: listener.id, projectId });
  await noteDeed(deps, {
    projectId,
    actor: actorOf(actor),
    action: 'listeners.leave',
    target: formatId('end', listener.id),
    detail: { name: listener.name },
    peer: request.peer,
    requestId: request.requestId,
  });
  return { status: 204 };
}

/** Deletes a listener with its endpoint, which somebody may have done by hand. */
export async function remove(deps: ServerDeps, { id, projectId }: { id: string; projectId: string }): Promise<void> {
  await deleteEndpoint(deps, projectId, formatId('end', id)).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error;
  });
  await deleteListener(deps.db, id);
}
