import { z } from 'zod';
import { instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { pageInput } from '#src/contract/job/job-filter-input.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { submitSchema } from '#src/contract/submit/submit-schema.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { readLimits, scheduleLimits } from '#src/domain/limits.ts';

/** What happens at a time at which the schedule's last job has not ended. */
export const overlapPolicies = ['allow', 'skip'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** What happens with times that passed while no worker was there: one late run for all of them, or none. */
export const missedPolicies = ['one', 'skip'] as const;
export type MissedPolicy = (typeof missedPolicies)[number];

/** What came of a time of a schedule: a job, nothing by a policy, or nothing because its job was refused. */
export const runOutcomes = ['ran', 'skipped', 'refused'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** A schedule without its job template. Times are ISO 8601 UTC. */
export type ScheduleSummary = {
  id: string;
  name: string;
  /** Five fields, or an alias such as `@daily`. */
  cron: string;
  /** The cron expression in words. */
  description: string;
  /** IANA time zone in which the expression is read. */
  timezone: string;
  overlap: OverlapPolicy;
  missed: MissedPolicy;
  /** Time since when the schedule does not run; null: it is not paused. */
  pausedAt: string | null;
  /** Time of the next run; null: the schedule is paused. */
  nextRunAt: string | null;
  /** The last time that was due, and what came of it. `reason` says why there is no job. Null: none was due yet. */
  lastRun: { at: string; outcome: RunOutcome; reason: { code: string; message: string } | null } | null;
  /** The last job that the schedule made; its state is null when the job was deleted. */
  lastJob: { id: string; state: JobState | null } | null;
  /** Label of the schedule's jobs. */
  label: string;
  method: string;
  /** URL of the jobs, masked. */
  url: string;
  createdAt: string;
  updatedAt: string;
};

/** A schedule. `job` is the template of its jobs, with secrets masked. */
export type Schedule = ScheduleSummary & { job: SubmitInput };

/** A page of schedules, by their names. */
export type SchedulePage = { schedules: ScheduleSummary[]; nextCursor: string | null };

/** The times of a cron expression to come. */
export type SchedulePreview = { description: string; timezone: string; times: string[] };

const summaryShape = {
  id: z.string(),
  name: z.string(),
  cron: z.string(),
  description: z.string().describe('The cron expression in words.'),
  timezone: z.string(),
  overlap: z.enum(overlapPolicies),
  missed: z.enum(missedPolicies),
  pausedAt: instantSchema.nullable().describe('Since when it does not run; null: it is not paused.'),
  nextRunAt: instantSchema.nullable().describe('Null: it is paused.'),
  lastRun: z
    .strictObject({
      at: instantSchema,
      outcome: z.enum(runOutcomes),
      reason: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    })
    .nullable()
    .describe('The last time that was due, and what came of it.'),
  lastJob: z
    .strictObject({ id: z.string(), state: z.enum(jobStates).nullable() })
    .nullable()
    .describe('The last job that it made. The state is null when the job was deleted.'),
  label: z.string().describe('A label that all its jobs have.'),
  method: z.string(),
  url: z.string(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
};

/** The schema of a schedule in a list. */
export const scheduleSummarySchema = z
  .strictObject(summaryShape)
  .meta({ id: 'ScheduleSummary', description: 'A schedule without its job.' }) satisfies z.ZodType<ScheduleSummary>;

/** The schema of a schedule. */
export const scheduleViewSchema = z
  .strictObject({ ...summaryShape, job: submitSchema })
  .meta({ id: 'Schedule', description: 'A time table by which jobs are made.' }) satisfies z.ZodType<Schedule>;

/** The schema of a page of schedules. */
export const schedulePageSchema = z
  .strictObject({ schedules: z.array(scheduleSummarySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'SchedulePage' }) satisfies z.ZodType<SchedulePage>;

/** The schema of a preview. */
export const schedulePreviewSchema = z
  .strictObject({ description: z.string(), timezone: z.string(), times: z.array(instantSchema) })
  .meta({ id: 'SchedulePreview' }) satisfies z.ZodType<SchedulePreview>;

/** Input of `schedules.list`. */
export type ScheduleListInput = {
  /** Number of schedules; 20 if it is not given. */
  limit?: number | undefined;
  /** `nextCursor` of a page: the names after it. */
  cursor?: string | undefined;
  /** Part of the name. */
  search?: string | undefined;
};

/** Checks the input of `schedules.list`. */
export const scheduleListInput = z.strictObject({
  limit: pageInput.limit,
  cursor: z.string().max(scheduleLimits.nameLength).optional().describe('`nextCursor` of a page: the names after it.'),
  search: z.string().max(readLimits.searchTextLength).optional().describe('Part of the name.'),
}) satisfies z.ZodType<ScheduleListInput>;

/** Names a schedule, by its id or its name. */
export const bySchedule = z.strictObject({
  id: z.string().min(1).max(readLimits.idLength).describe('The id of a schedule, or its name.'),
});
