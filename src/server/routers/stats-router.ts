import { endpointStatsInput, overviewInput } from '#src/contract/stats/stats.ts';
import { endpointStats } from '#src/engine/stats/endpoint-stats.ts';
import { nowCounts, overview } from '#src/engine/stats/overview.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const statsRouter = router({
  /** What happened in the project within a range, what waits, and what needs a person. */
  overview: procedure('jobs:read')
    .input(overviewInput)
    .query(({ ctx, input: { range } }) => overview(ctx.deps, ctx.caller.projectId, range)),

  /** The few counts that every page of the dashboard shows. */
  now: procedure('jobs:read').query(({ ctx }) => nowCounts(ctx.deps, ctx.caller.projectId)),

  /** How deliveries to one endpoint have gone. */
  endpoint: procedure('jobs:read')
    .input(endpointStatsInput)
    .query(({ ctx, input: { id, range } }) => endpointStats(ctx.deps, ctx.caller.projectId, id, range)),
});
