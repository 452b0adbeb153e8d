import { pauseInput } from '#src/contract/flow/pause-view.ts';
import { pause, pausesOf, resume } from '#src/engine/flow/pauses.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const pausesRouter = router({
  /** Lists what is paused. */
  list: procedure('jobs:read').query(({ ctx }) => pausesOf(ctx.deps, ctx.caller.projectId)),

  /** Pauses the project, or its requests to one host. It is idempotent. */
  begin: procedure('jobs:write')
    .meta({ shows: ['host'] })
    .input(pauseInput)
    .mutation(({ ctx, input }) => pause(ctx.deps, ctx.caller.projectId, input)),

  /** Ends a pause. It is idempotent. */
  end: procedure('jobs:write')
    .meta({ shows: ['host'] })
    .input(pauseInput)
    .mutation(({ ctx, input }) => resume(ctx.deps, ctx.caller.projectId, input)),
});
