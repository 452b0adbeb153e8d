import { z } from 'zod';
import { operationListInput } from '#src/contract/job/operation.ts';
import { readLimits } from '#src/domain/limits.ts';
import { getOperation, operationPage } from '#src/engine/operate/operations.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { stopOperation } from '#src/server/jobs/stop-operation.ts';

const byId = z.strictObject({ id: z.string().max(readLimits.idLength) });

export const operationsRouter = router({
  list: procedure('jobs:read')
    .input(operationListInput)
    .query(({ ctx, input }) => operationPage(ctx.deps, ctx.caller.projectId, input)),

  get: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getOperation(ctx.deps, ctx.caller.projectId, id)),

  /** Stops an operation. It is idempotent, and needs the scope that starting the operation needs. */
  stop: procedure('jobs:write', 'callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => stopOperation(ctx.deps, ctx.caller, id)),
});
