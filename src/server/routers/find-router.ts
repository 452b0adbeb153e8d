import { z } from 'zod';
import { readLimits } from '#src/domain/limits.ts';
import { findId } from '#src/engine/read/find-id.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const findRouter = router({
  /** Returns the place of what an id names, whose page is not known from the id alone; null if there is no such thing. */
  id: procedure('jobs:read')
    .input(z.strictObject({ id: z.string().max(readLimits.idLength) }))
    .query(({ ctx, input: { id } }) => findId(ctx.deps, ctx.caller.projectId, id)),
});
