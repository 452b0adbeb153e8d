import { parseUpstream, parseUpstreamEdits } from '#src/contract/upstream/parse-upstream.ts';
import { byUpstream, upstreamUsageInput } from '#src/contract/upstream/upstream.ts';
import {
  type UpstreamChange,
  type UpstreamEdits,
  type UpstreamInput,
  type UpstreamSpec,
  upstreamEditsSchema,
  upstreamInputSchema,
  upstreamTestInput,
} from '#src/contract/upstream/upstream-input.ts';
import { upstreamUsage } from '#src/engine/upstream/upstream-usage.ts';
import * as upstreams from '#src/engine/upstream/upstreams.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';
import { withParsed } from '#src/server/http/lifted-json.ts';
import { testUpstream } from '#src/server/jobs/test-upstream.ts';

const created = input<UpstreamInput, UpstreamSpec>((raw) => parseUpstream(withParsed(raw)), upstreamInputSchema);
const edited = input<UpstreamEdits, { id: string; change: UpstreamChange }>(
  (raw) => parseUpstreamEdits(withParsed(raw)),
  upstreamEditsSchema,
);

const shows = ['format', 'default', 'models', 'timeoutMs'];

/** Named APIs that jobs are sent to. `id` is the id of an upstream or its name. */
export const upstreamsRouter = router({
  /** Lists the upstreams by their names. Secret headers are masked. */
  list: procedure('jobs:read').query(async ({ ctx }) => ({
    upstreams: await upstreams.listUpstreams(ctx.deps, ctx.caller.projectId),
  })),

  get: procedure('jobs:read')
    .input(byUpstream)
    .query(({ ctx, input: { id } }) => upstreams.getUpstream(ctx.deps, ctx.caller.projectId, id)),

  /** Counts the jobs and the tokens of the last hour, day or week, for the dashboard. */
  usage: procedure('jobs:read')
    .input(upstreamUsageInput)
    .query(({ ctx, input }) => upstreamUsage(ctx.deps, ctx.caller.projectId, input)),

  /** Makes an upstream. Its headers are stored encrypted, and the worker adds them to the requests of its jobs. */
  create: procedure('admin')
    .meta({ shows })
    .input(created)
    .mutation(({ ctx, input: spec }) => upstreams.createUpstream(ctx.deps, ctx.caller.projectId, spec)),

  /** Changes what is given. Waiting jobs get new credentials with their next attempt. */
  update: procedure('admin')
    .meta({ shows })
    .input(edited)
    .mutation(({ ctx, input: { id, change } }) => upstreams.updateUpstream(ctx.deps, ctx.caller.projectId, id, change)),

  /** Deletes an upstream of which no job waits or runs. */
  delete: procedure('admin')
    .input(byUpstream)
    .mutation(({ ctx, input: { id } }) => upstreams.removeUpstream(ctx.deps, ctx.caller.projectId, id)),

  /** Asks the upstream with its credentials, by a job, and waits for its end. */
  test: procedure('admin')
    .input(upstreamTestInput)
    .mutation(({ ctx, input, signal }) => testUpstream(ctx.deps, ctx.caller, input, signal)),
});
