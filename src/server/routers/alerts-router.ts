import { alertSettingsInput } from '#src/contract/alert/alert-schemas.ts';
import { getAlertSettings, setAlertSettings, testAlerts } from '#src/engine/alert/alert-settings.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const alertsRouter = router({
  /** Returns who is told of the project's alerts, and when. */
  settings: procedure('jobs:read').query(({ ctx }) =>
    getAlertSettings(ctx.deps, ctx.caller.projectId, ctx.deps.mailer !== null),
  ),

  /** Changes who is told. The webhook is stored encrypted. */
  set: procedure('admin')
    .meta({ shows: ['emails', 'timezone', 'quiet', 'rules'] })
    .input(alertSettingsInput)
    .mutation(({ ctx, input }) => setAlertSettings(ctx.deps, ctx.caller.projectId, input, ctx.deps.mailer !== null)),

  /** Sends a test to all that would be told now. */
  test: procedure('admin').mutation(({ ctx }) => testAlerts(ctx.deps, ctx.caller.projectId)),
});
