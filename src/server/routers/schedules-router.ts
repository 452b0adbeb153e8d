import { bySchedule, scheduleListInput } from '#src/contract/schedule/schedule.ts';
import {
  parseSchedule,
  parseScheduleEdits,
  type ScheduleChange,
  type ScheduleEdits,
  type ScheduleFields,
  type ScheduleInput,
  scheduleEditsSchema,
  scheduleInputSchema,
  schedulePreviewInput,
} from '#src/contract/schedule/schedule-input.ts';
import * as schedules from '#src/engine/schedule/schedules.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';
import { withParsed } from '#src/server/http/lifted-json.ts';

const created = input<ScheduleInput, ScheduleFields>((raw) => parseSchedule(withParsed(raw)), scheduleInputSchema);
const edited = input<ScheduleEdits, { id: string; change: ScheduleChange }>(
  (raw) => parseScheduleEdits(withParsed(raw)),
  scheduleEditsSchema,
);

const shows = ['cron', 'timezone', 'overlap', 'missed', 'paused'];

/** Time tables by which jobs are made. `id` is the id of a schedule or its name. */
export const schedulesRouter = router({
  /** Lists schedules by their names, without the templates of their jobs. */
  list: procedure('jobs:read')
    .input(scheduleListInput)
    .query(({ ctx, input }) => schedules.schedulePage(ctx.deps, ctx.caller.projectId, input)),

  get: procedure('jobs:read')
    .input(bySchedule)
    .query(({ ctx, input: { id } }) => schedules.getSchedule(ctx.deps, ctx.caller.projectId, id)),

  /** Returns the next times of a cron expression, with its words. Nothing is stored. */
  preview: procedure('jobs:read')
    .input(schedulePreviewInput)
    .query(({ ctx, input }) => schedules.previewSchedule(ctx.deps, input)),

  /** Makes a schedule. Its job is checked like a submission, and again at each run. */
  create: procedure('jobs:write')
    .meta({ shows })
    .input(created)
    .mutation(({ ctx, input }) => schedules.createSchedule(ctx.deps, ctx.caller.projectId, input)),

  /** Changes what is given. A new job replaces the old one; its masked values stay for the same origin. */
  update: procedure('jobs:write')
    .meta({ shows })
    .input(edited)
    .mutation(({ ctx, input: { id, change } }) => schedules.updateSchedule(ctx.deps, ctx.caller.projectId, id, change)),

  /** Makes no more jobs until it is resumed. It is idempotent. */
  pause: procedure('jobs:write')
    .input(bySchedule)
    .mutation(({ ctx, input: { id } }) => schedules.pauseSchedule(ctx.deps, ctx.caller.projectId, id)),

  /** Goes on with the first time from now. It is idempotent. */
  resume: procedure('jobs:write')
    .input(bySchedule)
    .mutation(({ ctx, input: { id } }) => schedules.resumeSchedule(ctx.deps, ctx.caller.projectId, id)),

  /** Makes a job now, whatever the policies say, and returns it. */
  runNow: procedure('jobs:write')
    .input(bySchedule)
    .mutation(({ ctx, input: { id } }) => schedules.runScheduleNow(ctx.deps, ctx.caller.projectId, id)),

  /** Deletes a schedule. Its jobs stay. */
  delete: procedure('jobs:write')
    .input(bySchedule)
    .mutation(({ ctx, input: { id } }) => schedules.removeSchedule(ctx.deps, ctx.caller.projectId, id)),
});
