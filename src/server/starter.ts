import { formatId } from '#src/domain/id.ts';
import type { Starter } from '#src/engine/start-operation.ts';
import type { Actor } from './actor.ts';

/** Whoever starts an operation, as it is told of. */
export function starter(actor: Actor): Starter {
  return { projectId: actor.projectId, createdBy: actor.kind === 'key' ? formatId('key', actor.id) : actor.id };
}
