import { egressCheckInput } from '#src/contract/project/egress-check.ts';
import { retentionInput } from '#src/contract/project/retention.ts';
import { checkEgress, egressView } from '#src/engine/egress/check-egress.ts';
import { previewRetention } from '#src/engine/retain/retention-preview.ts';
import { getRetention, setRetention } from '#src/engine/retain/retention-settings.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { lookUpName } from '#src/server/jobs/look-up.ts';

export const settingsRouter = router({
  /** How long the project's things are kept. */
  retention: procedure('jobs:read').query(({ ctx }) =>
    getRetention(ctx.deps.db, ctx.caller.projectId, ctx.deps.retentionDefaults),
  ),

  /** What a change would delete at the next clearing; nothing is changed. */
  previewRetention: procedure('jobs:read')
    .input(retentionInput)
    .query(({ ctx, input }) => previewRetention(ctx.deps, ctx.caller.projectId, input, ctx.deps.retentionDefaults)),

  /** Holds for what ends from now on, and for what is there: see `previewRetention`. */
  setRetention: procedure('admin')
    .input(retentionInput)
    .mutation(async ({ ctx, input }) => {
      const view = await setRetention(ctx.deps.db, ctx.caller.projectId, input, ctx.deps.retentionDefaults);
      ctx.deps.retention.forget();
      return view;
    }),

  /** The exceptions from the egress rules, as configured. */
  egress: procedure('jobs:read').query(({ ctx }) => egressView(ctx.deps.egress, ctx.deps.dev)),

  /** Why a request to a URL would be refused, or that it would not. */
  checkEgress: procedure('jobs:write')
    .input(egressCheckInput)
    .query(({ ctx, input: { url } }) =>
      checkEgress(url, {
        egress: ctx.deps.egress,
        lookUp: lookUpName,
        nowMs: ctx.deps.now,
        mayKnowAddresses: ctx.caller.scopes.has('admin'),
      }),
    ),
});
