import type { CallOptions, JobCalls } from '#src/client/job/job-calls.ts';
import { type SubmitEdits, type SubmitRequest, toSubmitInput } from '#src/client/job/submit-request.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { Schedule, ScheduleListInput, SchedulePage, SchedulePreview } from '#src/contract/schedule/schedule.ts';
import type { ScheduleEdits, ScheduleInput, SchedulePreviewInput } from '#src/contract/schedule/schedule-input.ts';

/** The schedule that `create` takes. Its job is what `submit` takes. */
export type ScheduleRequest = Omit<ScheduleInput, 'job'> & { job: TemplateRequest };

/**
 * Changes of a schedule. What is not given stays; `job` replaces the whole job, and may be the one that `get` returned, with
 * changes.
 */
export type ScheduleChanges = Omit<ScheduleEdits, 'id' | 'job'> & {
  job?: TemplateRequest | WithoutTime<SubmitEdits> | undefined;
};

/** The job of a schedule: a request, without the fields that the schedule sets for each job. */
export type TemplateRequest = WithoutTime<SubmitRequest>;

/** Takes fields from each form of a request. `Omit` would make one form of them. */
type WithoutTime<Form> = Form extends unknown ? Omit<Form, 'runAt' | 'delaySeconds' | 'idempotencyKey'> : never;

/** Calls about schedules. `id` is the id of a schedule or its name. */
export type Schedules = {
  /** Makes a schedule. The call is repeated only after a 429. */
  create(schedule: ScheduleRequest, options?: CallOptions): Promise<Schedule>;
  /** Returns a schedule with its job, whose secrets are masked. */
  get(id: string, options?: CallOptions): Promise<Schedule>;
  /** Returns the schedules by their names. Pass `nextCursor` as `cursor` to get the next page. */
  list(filter?: ScheduleListInput, options?: CallOptions): Promise<SchedulePage>;
  /** Returns the next five times of a cron expression, and the expression in words. */
  preview(timetable: SchedulePreviewInput, options?: CallOptions): Promise<SchedulePreview>;
  /**
   * Changes a schedule. A value of its job that is still masked keeps its secret, for the same origin. With a `name`
   * the call is repeated only after a 429, since the old name may be gone.
   */
  update(id: string, changes: ScheduleChanges, options?: CallOptions): Promise<Schedule>;
  /** Makes no more jobs until the schedule is resumed. */
  pause(id: string, options?: CallOptions): Promise<Schedule>;
  /** Goes on with the first time from now. */
  resume(id: string, options?: CallOptions): Promise<Schedule>;
  /** Makes a job now. The call is repeated only after a 429. */
  runNow(id: string, options?: CallOptions): Promise<Job>;
  /** Deletes a schedule; its jobs stay. The call is repeated only after a 429. */
  delete(id: string, options?: CallOptions): Promise<{ id: string }>;
};

/** Makes the calls about schedules. */
export function makeSchedules({ call }: JobCalls): Schedules {
  return {
    create: async ({ job, ...schedule }, options) => {
      const input = { ...schedule, job: toSubmitInput(job) };
      return call((trpc, rest) => trpc.schedules.create.mutate(input, rest), 'when_refused', options);
    },
    get: async (id, options) => call((trpc, rest) => trpc.schedules.get.query({ id }, rest), 'always', options),
    list: async (filter = {}, options) =>
      call((trpc, rest) => trpc.schedules.list.query(filter, rest), 'always', options),
    preview: async (timetable, options) =>
      call((trpc, rest) => trpc.schedules.preview.query(timetable, rest), 'always', options),
    update: async (id, { job, ...changes }, options) => {
      const input = { ...changes, id, job: job && toSubmitInput(job) };
      return call(
        (trpc, rest) => trpc.schedules.update.mutate(input, rest),
        input.name ? 'when_refused' : 'always',
        options,
      );
    },
    pause: async (id, options) => call((trpc, rest) => trpc.schedules.pause.mutate({ id }, rest), 'always', options),
    resume: async (id, options) => call((trpc, rest) => trpc.schedules.resume.mutate({ id }, rest), 'always', options),
    runNow: async (id, options) =>
      call((trpc, rest) => trpc.schedules.runNow.mutate({ id }, rest), 'when_refused', options),
    delete: async (id, options) =>
      call((trpc, rest) => trpc.schedules.delete.mutate({ id }, rest), 'when_refused', options),
  };
}
