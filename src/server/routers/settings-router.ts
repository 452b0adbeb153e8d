import { egressCheckInput } from '#src/contract/project/egress-check.ts';
import { quotasInput } from '#src/contract/project/quotas.ts';
import { retentionInput } from '#src/contract/project/retention.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { checkEgress, egressView } from '#src/engine/egress/check-egress.ts';
import { getQuotas, setQuotas } from '#src/engine/quota/quota-settings.ts';
import { previewRetention } from '#src/engine/retain/retention-preview.ts';
import { getRetention, setRetention } from '#src/engine/retain/retention-settings.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const settingsRouter = router({
  /** Returns how long the project's data is kept. */
  retention: procedure('jobs:read').query(({ ctx }) =>
    getRetention(ctx.deps.db, ctx.caller.projectId, ctx.deps.retentionDefaults),
  ),

  /** Returns what the next clean-up would delete after a change. It changes nothing. */
  previewRetention: procedure('jobs:read')
    .input(retentionInput)
    .query(({ ctx, input }) => previewRetention(ctx.deps, ctx.caller.projectId, input, ctx.deps.retentionDefaults)),

  /**
   * Changes how long data is kept. It applies to existing data and to jobs that end from now on: see
   * `previewRetention`.
   */
  setRetention: procedure('admin')
    .input(retentionInput)
    .mutation(async ({ ctx, input }) => {
      const view = await setRetention(ctx.deps.db, ctx.caller.projectId, input, ctx.deps.retentionDefaults);
      ctx.deps.retention.forget();
      return view;
    }),

  /** Returns the quotas of the project, and where it stands. */
  quotas: procedure('jobs:read').query(({ ctx }) => getQuotas(ctx.deps.db, ctx.caller.projectId, ctx.deps.quotasSetBy)),

  /** Changes the quotas of the project. Null: no limit. Refused where only the operator sets them. */
  setQuotas: procedure('admin')
    .input(quotasInput)
    .mutation(async ({ ctx, input }) => {
      const { deps, caller } = ctx;
      if (deps.quotasSetBy === 'operator')
        throw new Refusal('operator_only', 'whoever runs this Ringback sets quotas, with `ringback quotas`');
      await setQuotas(deps.db, caller.projectId, input);
      deps.retention.forget();
      return getQuotas(deps.db, caller.projectId, deps.quotasSetBy);
    }),

  /** Returns the configured exceptions from the egress rules. */
  egress: procedure('jobs:read').query(({ ctx }) => egressView(ctx.deps.egress, ctx.deps.dev)),

  /** Checks a URL against the egress rules. Returns the reason when a request to it would be refused. */
  checkEgress: procedure('jobs:write')
    .input(egressCheckInput)
    .query(({ ctx, input: { url } }) =>
      checkEgress(url, {
        egress: ctx.deps.egress,
        lookUp: ctx.deps.lookUpName,
        nowMs: ctx.deps.now,
        mayKnowAddresses: ctx.caller.scopes.has('admin'),
      }),
    ),
});
