import { type Operation, scopeOfOperation } from '#src/contract/operation.ts';
import { endOperation, getOperation } from '#src/engine/operations.ts';
import { type Actor, requireScope } from './actor.ts';
import type { ServerDeps } from './deps.ts';

/** Whoever may start an operation of a kind may stop one. */
export async function stopOperation(deps: ServerDeps, actor: Actor, id: string): Promise<Operation> {
  const { kind } = await getOperation(deps, actor.projectId, id);
  requireScope(actor, scopeOfOperation(kind));
  return endOperation(deps, actor.projectId, id);
}
