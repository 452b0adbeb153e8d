import type { Actor } from '#src/server/call/actor.ts';
import { actorOf, type Deed } from '#src/server/call/record-deed.ts';
import type { HttpRequest } from '#src/server/http/http.ts';

/** Returns the audit entry for a caller's action on a listener. */
export function listenerDeed(
  { peer, requestId }: HttpRequest,
  actor: Actor,
  done: Pick<Deed, 'action' | 'target' | 'detail'>,
): Deed {
  return { ...done, projectId: actor.projectId, actor: actorOf(actor), peer, requestId };
}
