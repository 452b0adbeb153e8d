import { formatId } from '#src/domain/text/id.ts';
import type { Starter } from '#src/engine/operate/start-operation.ts';
import type { Actor } from '#src/server/call/actor.ts';

/** Returns the project of an operation's starter, and the id shown as its `createdBy`: `key_…` or the user's. */
export function starter(actor: Actor): Starter {
  return { projectId: actor.projectId, createdBy: actor.kind === 'key' ? formatId('key', actor.id) : actor.id };
}
