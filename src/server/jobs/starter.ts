import { formatId } from '#src/domain/text/id.ts';
import type { Starter } from '#src/engine/operate/start-operation.ts';
import type { Actor } from '#src/server/call/actor.ts';

/** Whoever starts an operation, as it is told of. */
export function starter(actor: Actor): Starter {
  return { projectId: actor.projectId, createdBy: actor.kind === 'key' ? formatId('key', actor.id) : actor.id };
}
