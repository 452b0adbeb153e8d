import { z } from 'zod';
import { readTimezone } from '#src/contract/schedule/schedule-input.ts';
import { readClock } from '#src/domain/alert/quiet-hours.ts';
import { alertLimits, limits, projectLimits } from '#src/domain/limits.ts';
import { type AlertSettingsView, type AlertTest, alertKinds } from './alert-rules.ts';

const ruleView = z.strictObject({
  told: z.boolean(),
  afterSeconds: z.int().min(0).describe('How long it must last before anybody is told.'),
});

/** The schema of the settings. */
export const alertSettingsSchema = z
  .strictObject({
    slackUrl: z.string().nullable().describe('The origin of the webhook; its path is secret. Null: there is none.'),
    emails: z.array(z.string()),
    timezone: z.string(),
    quiet: z
      .strictObject({ from: z.string(), to: z.string() })
      .nullable()
      .describe('Times of the day between which people are not told.'),
    rules: z.record(z.enum(alertKinds), ruleView),
    canMail: z.boolean().describe('False: the server has no SMTP server.'),
  })
  .meta({
    id: 'AlertSettings',
    description: "Who is told of a project's alerts, and when.",
  }) satisfies z.ZodType<AlertSettingsView>;

/** The schema of the answer to a test. */
export const alertTestSchema = z.strictObject({
  deliveries: z.array(z.strictObject({ id: z.string(), to: z.string() })),
  emails: z.array(z.string()),
}) satisfies z.ZodType<AlertTest>;

const clock = z.string().refine((text) => readClock(text) !== null, { error: 'must be a time of the day, like 22:30' });
const rule = z.strictObject({
  told: z.boolean().optional(),
  afterSeconds: z.int().min(0).max(alertLimits.afterSeconds).optional(),
});

/** Checks the input of `alerts.set`. What is absent stays; null removes it. */
export const alertSettingsInput = z.strictObject({
  slackUrl: z
    .string()
    .max(limits.urlLength)
    .nullable()
    .optional()
    .describe('A Slack-compatible incoming webhook. It is stored encrypted and never shown again.'),
  emails: z
    .array(
      z
        .string()
        .max(projectLimits.emailLength)
        .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, { error: 'must be an e-mail address' }),
    )
    .max(alertLimits.emails)
    .optional(),
  timezone: z
    .string()
    .refine((name) => isTimezone(name), {
      error: 'must be the name of an IANA time zone, like "UTC" or "Europe/Berlin"',
    })
    .optional(),
  quiet: z.strictObject({ from: clock, to: clock }).nullable().optional(),
  rules: z.partialRecord(z.enum(alertKinds), rule).optional(),
});

/** The checked input of `alerts.set`. */
export type AlertSettingsChange = z.infer<typeof alertSettingsInput>;

function isTimezone(name: string): boolean {
  try {
    readTimezone(name);
    return true;
  } catch {
    return false;
  }
}
