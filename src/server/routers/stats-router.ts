import { likeInput } from '#src/contract/stats/failures.ts';
import { endpointStatsInput, overviewInput } from '#src/contract/stats/stats.ts';
import { endpointGlances } from '#src/engine/stats/endpoint-glances.ts';
import { endpointStats } from '#src/engine/stats/endpoint-stats.ts';
import { failureGroups, likeFailures } from '#src/engine/stats/failure-list.ts';
import { nowCounts, overview } from '#src/engine/stats/overview.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const statsRouter = router({
  /** Returns a summary of a time range: past events, waiting work, and problems that need a person. */
  overview: procedure('jobs:read')
    .input(overviewInput)
    .query(({ ctx, input }) => overview(ctx.deps, ctx.caller.projectId, input)),

  /** Returns the failures of a time span, those of one kind together. */
  failures: procedure('jobs:read')
    .input(overviewInput)
    .query(({ ctx, input }) => failureGroups(ctx.deps, ctx.caller.projectId, input)),

  /** Returns how many jobs have failed lately in the same way as a job, or as one of its attempts. */
  like: procedure('jobs:read')
    .input(likeInput)
    .query(({ ctx, input }) => likeFailures(ctx.deps, ctx.caller.projectId, input)),

  /** Returns the few counts that every page of the dashboard shows. */
  now: procedure('jobs:read').query(({ ctx }) => nowCounts(ctx.deps, ctx.caller.projectId)),

  /** Returns how each registered endpoint does, for the list of endpoints. */
  endpoints: procedure('jobs:read').query(({ ctx }) => endpointGlances(ctx.deps, ctx.caller.projectId)),

  /** Returns statistics of the deliveries to one endpoint. */
  endpoint: procedure('jobs:read')
    .input(endpointStatsInput)
    .query(({ ctx, input: { id, ...span } }) => endpointStats(ctx.deps, ctx.caller.projectId, id, span)),
});
