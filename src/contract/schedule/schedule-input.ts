import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readShape, refuse } from '#src/contract/shape/shape.ts';
import { inJob } from '#src/contract/submit/in-job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { submitSchema } from '#src/contract/submit/submit-schema.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { limits, scheduleLimits } from '#src/domain/limits.ts';
import { readCron } from '#src/domain/schedule/cron-text.ts';
import { type MissedPolicy, missedPolicies, type OverlapPolicy, overlapPolicies } from './schedule.ts';

/** Input of `schedules.create`. */
export type ScheduleInput = {
  /** Name, unique in the project: at most 55 lower-case letters, digits, `-` and `_`. */
  name: string;
  /** Five fields (`0 9 * * MON-FRI`), or an alias: `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` and more. */
  cron: string;
  /** IANA time zone in which `cron` is read. Default `UTC`. */
  timezone?: string | undefined;
  /** The job to make at each time: what `jobs.submit` takes, without `runAt`, `delaySeconds` and `idempotencyKey`. */
  job: SubmitInput;
  /** What happens while the schedule's last job has not ended: another job (`allow`, the default), or none (`skip`). */
  overlap?: OverlapPolicy | undefined;
  /** What happens with times that no worker was there for: one late run (`one`, the default), or none (`skip`). */
  missed?: MissedPolicy | undefined;
  /** True: the schedule begins paused. */
  paused?: boolean | undefined;
};

/** Input of `schedules.update`. What is not given stays. `job` replaces the whole template. */
export type ScheduleEdits = {
  id: string;
  name?: string | undefined;
  cron?: string | undefined;
  timezone?: string | undefined;
  job?: SubmitInput | undefined;
  overlap?: OverlapPolicy | undefined;
  missed?: MissedPolicy | undefined;
};

const fields = {
  name: z
    .string({ error: 'must be a string' })
    .describe('Unique in the project: at most 55 lower-case letters, digits, `-` and `_`.'),
  cron: z
    .string({ error: 'must be a cron expression, like "0 9 * * MON-FRI" or "@daily"' })
    .describe('Minute, hour, day of the month, month, day of the week; or an alias such as `@daily`.'),
  timezone: z
    .string({ error: 'must be a time zone, like "Europe/Berlin"' })
    .optional()
    .describe('The IANA time zone in which `cron` is read. Default `UTC`.'),
  overlap: z
    .enum(overlapPolicies)
    .optional()
    .describe('While its last job has not ended: `allow` (default) makes another job, `skip` makes none.'),
  missed: z
    .enum(missedPolicies)
    .optional()
    .describe('For times that no worker was there for: `one` (default) makes one late run for all, `skip` makes none.'),
};

const job = submitSchema.describe(
  'What a submission takes, without `runAt`, `delaySeconds` and `idempotencyKey`. The largest call is 1 MiB.',
);

/** The schema of `schedules.create`. */
export const scheduleInputSchema = z.strictObject({
  ...fields,
  job,
  paused: z.boolean().optional().describe('True: it begins paused.'),
}) satisfies z.ZodType<ScheduleInput>;

/** The schema of `schedules.update`. */
export const scheduleEditsSchema = z.strictObject({
  id: z.string().min(1),
  name: fields.name.optional(),
  cron: fields.cron.optional(),
  timezone: fields.timezone,
  overlap: fields.overlap,
  missed: fields.missed,
  job: job.optional().describe('Replaces the whole job. A value that is still masked stays, for the same origin.'),
}) satisfies z.ZodType<ScheduleEdits>;

/** Input of `schedules.preview`. */
export type SchedulePreviewInput = { cron: string; timezone?: string | undefined };

/** Checks the shape of the input of `schedules.preview`. `readTimeTable` checks the values. */
export const schedulePreviewInput = z.strictObject({
  cron: fields.cron,
  timezone: fields.timezone,
}) satisfies z.ZodType<SchedulePreviewInput>;

/** A checked time table: an expression of five fields or an alias, and a time zone. */
export type TimeTable = { cron: string; timezone: string };

/** A checked input. The job is checked later, when the values behind its masks are known. */
export type ScheduleFields = TimeTable & {
  name: string;
  overlap: OverlapPolicy;
  missed: MissedPolicy;
  paused: boolean;
  job: unknown;
};

/** Checked changes: only the fields that are given. */
export type ScheduleChange = Partial<Omit<ScheduleFields, 'paused'>>;

/** Checks the input of `schedules.create`, without the job. Throws a Refusal that names the first wrong field. */
export function parseSchedule(raw: unknown): ScheduleFields {
  const given = readShape(scheduleInputSchema.extend({ job: z.unknown() }), raw);
  if (given.job === undefined) throw refuse('invalid_input', 'job', 'is missing: it must be an object with a `url`.');
  return {
    name: readName(given.name),
    ...readTimeTable(given),
    overlap: given.overlap ?? 'allow',
    missed: given.missed ?? 'one',
    paused: given.paused ?? false,
    job: given.job,
  };
}

/** Checks the input of `schedules.update`, without the job. Throws a Refusal that names the first wrong field. */
export function parseScheduleEdits(raw: unknown): { id: string; change: ScheduleChange } {
  const { id, ...given } = readShape(scheduleEditsSchema.extend({ job: z.unknown().optional() }), raw);
  return {
    id,
    change: {
      ...(given.name !== undefined && { name: readName(given.name) }),
      ...(given.cron !== undefined && { cron: readCronText(given.cron) }),
      ...(given.timezone !== undefined && { timezone: readTimezone(given.timezone) }),
      ...(given.overlap !== undefined && { overlap: given.overlap }),
      ...(given.missed !== undefined && { missed: given.missed }),
      ...(given.job !== undefined && { job: given.job }),
    },
  };
}

/** Checks a cron expression and a time zone. Throws a Refusal that names the wrong one. */
export function readTimeTable({ cron, timezone = 'UTC' }: SchedulePreviewInput): TimeTable {
  return { cron: readCronText(cron), timezone: readTimezone(timezone) };
}

function readName(name: string): string {
  // REST has the path /v1/schedules/preview.
  if (name === 'preview') throw refuse('invalid_input', 'name', 'must not be "preview".');
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name) && name.length <= scheduleLimits.nameLength) return name;
  const rule = `must be at most ${scheduleLimits.nameLength} lower-case letters, digits, "-" and "_", and begin with a letter or digit.`;
  throw refuse('invalid_input', 'name', rule);
}

function readCronText(text: string): string {
  const most = scheduleLimits.cronLength;
  if (text.length > most) throw refuse('invalid_input', 'cron', `must be at most ${most} characters.`);
  const read = readCron(text);
  if (!read.ok) throw refuse('invalid_input', 'cron', `${read.rule}.`);
  return text.trim().replace(/\s+/g, ' ');
}

/** Returns the name of a time zone. Throws a Refusal if it is none. */
export function readTimezone(name: string): string {
  // Node also takes offsets such as "+02:00", which know no daylight saving time.
  if (name.length <= scheduleLimits.timezoneLength && /^[A-Za-z]/.test(name)) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return name;
    } catch {
      // The name is refused below.
    }
  }
  throw refuse('invalid_input', 'timezone', 'must be the name of an IANA time zone, like "UTC" or "Europe/Berlin".');
}

const notInTemplate = ['runAt', 'delaySeconds', 'idempotencyKey'] as const;

/** Checks the job of a schedule like a submission. Throws a Refusal whose field begins with `job`. */
export function parseTemplate(job: unknown): SubmitSpec {
  try {
    const spec = parseSubmit(job);
    const given = job as SubmitInput;
    for (const field of notInTemplate) {
      if (given[field] !== undefined)
        throw refuse('invalid_input', field, 'is set by the schedule for each job. Remove it.');
    }
    if (spec.labels.length >= limits.labels) {
      const most = limits.labels - 1;
      throw refuse('invalid_input', 'labels', `must be at most ${most}, because the schedule adds one.`);
    }
    return spec;
  } catch (error) {
    if (error instanceof Refusal) throw inJob(error);
    throw error;
  }
}
