import { type Operation, scopeOfOperation } from '#src/contract/job/operation.ts';
import { endOperation, getOperation } from '#src/engine/operate/operations.ts';
import { type Actor, requireScope } from '#src/server/call/actor.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Stops an operation. The caller needs the scope that starting such an operation needs. */
export async function stopOperation(deps: ServerDeps, actor: Actor, id: string): Promise<Operation> {
  const { kind } = await getOperation(deps, actor.projectId, id);
  requireScope(actor, scopeOfOperation(kind));
  return endOperation(deps, actor.projectId, id);
}
