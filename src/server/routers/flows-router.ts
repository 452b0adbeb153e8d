import { byFlow, flowListInput, flowSetInput } from '#src/contract/flow/flow.ts';
import { flowPage, getFlow, pauseFlow, resumeFlow, setFlow } from '#src/engine/flow/flows.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const flowsRouter = router({
  /** Lists flows by their keys, with what waits and runs in each. */
  list: procedure('jobs:read')
    .input(flowListInput)
    .query(({ ctx, input }) => flowPage(ctx.deps, ctx.caller.projectId, input)),

  get: procedure('jobs:read')
    .input(byFlow)
    .query(({ ctx, input: { id } }) => getFlow(ctx.deps, ctx.caller.projectId, id)),

  /** Sets limits from now on. They hold whatever limits come with jobs, until `fixed: false` gives them back. */
  set: procedure('jobs:write')
    .meta({ shows: ['concurrency', 'rate', 'fixed'] })
    .input(flowSetInput)
    .mutation(({ ctx, input }) => setFlow(ctx.deps, ctx.caller.projectId, input)),

  /** Lets nothing more of the flow start. It is idempotent. */
  pause: procedure('jobs:write')
    .input(byFlow)
    .mutation(({ ctx, input: { id } }) => pauseFlow(ctx.deps, ctx.caller.projectId, id)),

  /** Lets a paused flow go on. It is idempotent. */
  resume: procedure('jobs:write')
    .input(byFlow)
    .mutation(({ ctx, input: { id } }) => resumeFlow(ctx.deps, ctx.caller.projectId, id)),
});
