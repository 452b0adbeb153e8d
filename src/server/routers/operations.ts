import { z } from 'zod';
import { operationListInput } from '#src/contract/operation.ts';
import { endOperation, getOperation, operationPage } from '#src/engine/operations.ts';
import { procedure, router } from '#src/server/trpc.ts';

const byId = z.strictObject({ id: z.string().max(64) });

export const operationsRouter = router({
  list: procedure('callbacks:admin')
    .input(operationListInput)
    .query(({ ctx, input }) => operationPage(ctx.deps, ctx.caller.projectId, input)),

  get: procedure('callbacks:admin')
    .input(byId)
    .query(({ ctx, input: { id } }) => getOperation(ctx.deps, ctx.caller.projectId, id)),

  /** Idempotent. */
  stop: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => endOperation(ctx.deps, ctx.caller.projectId, id)),
});
