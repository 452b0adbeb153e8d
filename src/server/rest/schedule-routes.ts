import { z } from 'zod';
import { jobSchema } from '#src/contract/event/event-schemas-job.ts';
import {
  type Schedule,
  schedulePageSchema,
  schedulePreviewSchema,
  scheduleViewSchema,
} from '#src/contract/schedule/schedule.ts';
import { type RestRoute, route } from './route.ts';
import { sampleRunNow, sampleSchedule, sampleScheduleSummary } from './schedule-samples.ts';

const paused: Schedule = { ...sampleSchedule, pausedAt: '2026-11-20T12:14:40.005Z', nextRunAt: null };
const deletedSchema = z.strictObject({ id: z.string() });

/** Schedules: time tables by which jobs are made. `{id}` is the id of a schedule or its name. */
export const scheduleRoutes: readonly RestRoute[] = [
  route('schedules.create', {
    method: 'POST',
    path: '/v1/schedules',
    summary: 'Make a schedule',
    description: '`job` takes what a submission takes. It is checked now, and again at each run.',
    takes: {
      example: {
        name: 'nightly-report',
        cron: '30 2 * * *',
        timezone: 'Europe/Berlin',
        overlap: 'skip',
        job: { url: 'https://api.example.com/v1/reports', json: { range: 'yesterday' } },
      },
    },
    gives: [{ status: 201, says: 'The schedule.', schema: scheduleViewSchema, example: sampleSchedule }],
    leadsTo: ({ id }) => `/v1/schedules/${id}`,
    errors: ['name_taken'],
  }),
  route('schedules.list', {
    method: 'GET',
    path: '/v1/schedules',
    summary: 'List schedules',
    description: 'By their names, without the templates of their jobs.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'A page.',
        schema: schedulePageSchema,
        example: { schedules: [sampleScheduleSummary], nextCursor: null },
      },
    ],
    errors: [],
  }),
  route('schedules.preview', {
    method: 'POST',
    path: '/v1/schedules/preview',
    summary: 'Preview a cron expression',
    description: 'The next five times of `cron` in `timezone`, and the expression in words. Nothing is stored.',
    takes: { example: { cron: '30 2 * * *', timezone: 'Europe/Berlin' } },
    gives: [
      {
        status: 200,
        says: 'The next times.',
        schema: schedulePreviewSchema,
        example: {
          description: 'At 02:30',
          timezone: 'Europe/Berlin',
          times: ['2026-11-21T01:30:00.000Z', '2026-11-22T01:30:00.000Z'],
        },
      },
    ],
    errors: [],
  }),
  route('schedules.get', {
    method: 'GET',
    path: '/v1/schedules/{id}',
    summary: 'Read a schedule',
    description: 'By its id or its name, with its job. Secrets are masked.',
    gives: [{ status: 200, says: 'The schedule.', schema: scheduleViewSchema, example: sampleSchedule }],
    errors: [],
  }),
  route('schedules.update', {
    method: 'PATCH',
    path: '/v1/schedules/{id}',
    summary: 'Change a schedule',
    description:
      'What is not given stays. `job` replaces the whole job; a value in it that is still masked stays, if the origin of its URL does.',
    takes: { example: { cron: '0 3 * * MON-FRI', overlap: 'skip' } },
    gives: [{ status: 200, says: 'The schedule as it is now.', schema: scheduleViewSchema, example: sampleSchedule }],
    errors: ['name_taken', 'secrets_erased'],
  }),
  route('schedules.pause', {
    method: 'POST',
    path: '/v1/schedules/{id}/pause',
    summary: 'Pause a schedule',
    description: 'It makes no more jobs. Those that there are go on.',
    gives: [{ status: 200, says: 'The schedule.', schema: scheduleViewSchema, example: paused }],
    errors: [],
  }),
  route('schedules.resume', {
    method: 'POST',
    path: '/v1/schedules/{id}/resume',
    summary: 'Resume a schedule',
    description: 'It goes on with the first time from now. Also when it was not paused.',
    gives: [{ status: 200, says: 'The schedule.', schema: scheduleViewSchema, example: sampleSchedule }],
    errors: [],
  }),
  route('schedules.runNow', {
    method: 'POST',
    path: '/v1/schedules/{id}/run',
    summary: 'Run a schedule now',
    description: 'Makes a job of it now, also when it is paused or its last job has not ended. Its next time stays.',
    gives: [{ status: 202, says: 'The new job.', schema: jobSchema, example: sampleRunNow }],
    leadsTo: ({ id }) => `/v1/jobs/${id}`,
    errors: ['blocked_target'],
  }),
  route('schedules.delete', {
    method: 'DELETE',
    path: '/v1/schedules/{id}',
    summary: 'Delete a schedule',
    description: 'Its jobs stay.',
    gives: [
      { status: 200, says: 'The id of what was deleted.', schema: deletedSchema, example: { id: sampleSchedule.id } },
    ],
    errors: [],
  }),
];
