import { z } from 'zod';
import { jobErrorSchema } from '#src/contract/event/event-schemas-job.ts';
import { decisionSchema } from '#src/contract/job/attempt-schemas.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { submitSchema } from '#src/contract/submit/submit-schema.ts';
import type { Decision, JobError } from '#src/domain/decide/decision.ts';
import { type ConnectionErrorCode, connectionErrorCodes } from '#src/domain/decide/outcome.ts';
import { limits, simulateLimits } from '#src/domain/limits.ts';

/** What an attempt of a simulation ends with. A number is a status without headers and body. */
export type SimulatedOutcome =
  | number
  | {
      status: number;
      /** A list is a header that comes several times. */
      headers?: Record<string, string | string[]> | undefined;
      body?: string | undefined;
      /** The body as JSON, instead of `body`. */
      json?: unknown;
      /** The duration of the attempt in milliseconds. Default 0. A longer one than the time limit is a timeout. */
      durationMs?: number | undefined;
    }
  | {
      /** `interrupted`: the worker died during the attempt. */
      failure: 'timeout' | 'interrupted' | ConnectionErrorCode;
      /**
       * Whether the target may have received the request. Default: false for failures to connect, else true.
       */
      sent?: boolean | undefined;
      /** Default: the time limit of the job for a timeout, else 0. */
      durationMs?: number | undefined;
    };

/** Input of `retry.simulate`. */
export type SimulateInput = {
  /** The fields of a submission. The ones that decide are the policy's, `method`, `headers` and `deadlineSeconds`. */
  job?: Partial<SubmitInput> | undefined;
  /** What the attempts end with, in order; 1 – 200. What comes after the job's end is ignored. */
  outcomes: SimulatedOutcome[];
  /** Time at which the first attempt starts, for headers that name an instant. Default: now. */
  startAt?: string | undefined;
};

/** A time of a simulation in milliseconds: at least `min` and at most `max`, depending on chance. */
export type TimeRange = { min: number; max: number };

/** An attempt of a simulation. */
export type SimulatedAttempt = {
  number: number;
  /** Start, counted from the start of the first attempt. */
  startsAfterMs: TimeRange;
  /** What is decided with the waits of the middle; another chance only changes waits, and what no longer fits in them. */
  decision: Decision;
  /** The wait until the next attempt; null if there is none. */
  delayMs: TimeRange | null;
};

/** Answer of `retry.simulate`. `open`: the outcomes ran out while the job waited for its next attempt. */
export type SimulateAnswer = {
  attempts: SimulatedAttempt[];
  end: 'completed' | 'failed' | 'open';
  /** The error of the failed job; null if it has not failed. */
  error: JobError | null;
};

const durationMs = z.int().min(0).max(limits.timeoutMs.max).optional();
const outcomeSchema = z.union(
  [
    z.int().min(100).max(999),
    z.strictObject({
      status: z.int().min(100).max(999),
      headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      body: z.string().optional().describe('The body as text.'),
      json: z.unknown().optional().describe('The body as JSON, instead of `body`.'),
      durationMs: durationMs.describe('The duration of the attempt; default 0.'),
    }),
    z.strictObject({
      failure: z.enum(['timeout', 'interrupted', ...connectionErrorCodes]),
      sent: z.boolean().optional().describe('Whether the target may have received the request.'),
      durationMs: durationMs.describe("The duration of the attempt; default: the job's time limit for a timeout."),
    }),
  ],
  {
    error: `must be a status, or an object with \`status\` (and \`headers\`, \`body\` or \`json\`), or with \`failure\`: timeout, interrupted, ${connectionErrorCodes.join(', ')}`,
  },
) satisfies z.ZodType<SimulatedOutcome>;

/** The shape of the input of `retry.simulate`, for documentation too. `job` is checked as a submission. */
export const simulateSchema = z.strictObject({
  job: submitSchema
    .partial()
    .extend({ url: submitSchema.shape.url.exactOptional() })
    .optional()
    .describe('Fields of a submission: the policy, `method`, `headers` and `deadlineSeconds` decide.'),
  outcomes: z
    .array(outcomeSchema)
    .min(1)
    .max(simulateLimits.outcomes)
    .describe('What the attempts end with, in order: a status, a response, or a failure.'),
  startAt: z.string().optional().describe('Start of the first attempt (ISO 8601). Default: now.'),
}) satisfies z.ZodType<SimulateInput>;

const rangeSchema = z.strictObject({ min: z.number().min(0), max: z.number().min(0) });

/** The schema of the answer. */
export const simulateAnswerSchema = z
  .strictObject({
    attempts: z.array(
      z.strictObject({
        number: z.int().min(1),
        startsAfterMs: rangeSchema.describe('Counted from the start of the first attempt.'),
        decision: decisionSchema,
        delayMs: rangeSchema.nullable().describe('The wait until the next attempt; null: there is none.'),
      }),
    ),
    end: z.enum(['completed', 'failed', 'open']).describe('`open`: the outcomes ran out before the job ended.'),
    error: jobErrorSchema.nullable(),
  })
  .meta({ description: 'What a policy does with these outcomes.' }) satisfies z.ZodType<SimulateAnswer>;
