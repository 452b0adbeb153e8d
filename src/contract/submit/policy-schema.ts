import { z } from 'zod';
import { jsonValueSchema } from '#src/contract/event/event-schemas-job.ts';
import type {
  Backoff,
  BackoffStrategy,
  BodyMatch,
  FailurePolicy,
  HeadersStrategy,
  Policy,
  ResetFormat,
  Rule,
} from '#src/domain/policy/policy.ts';
import type { StatusPattern } from '#src/domain/policy/status-pattern.ts';
import { resetFormats } from './retry-schema.ts';

const ms = z.number().min(0);

/** Statuses that something applies to. */
export const statusPatternSchema = z
  .strictObject({
    text: z.string().describe('As its author wrote it.'),
    kind: z.enum(['exact', 'list', 'span', 'any']),
    ranges: z.array(z.tuple([z.int(), z.int()])).describe('From and to, both included.'),
  })
  .meta({ description: 'The statuses that something applies to.' }) satisfies z.ZodType<StatusPattern>;

/** Exponential backoff with every default filled in. */
export const backoffViewSchema = z
  .strictObject({
    limit: z.int().min(0).describe('Retries, not attempts: 5 means up to 6 requests.'),
    minTimeoutInMs: ms,
    maxTimeoutInMs: ms,
    factor: z.number(),
    randomize: z.boolean(),
  })
  .meta({ description: 'Exponential backoff.' }) satisfies z.ZodType<Backoff>;

/** The strategy that waits by backoff. */
export const backoffStrategySchema = backoffViewSchema
  .extend({ strategy: z.literal('backoff') })
  .meta({ description: 'Waits by exponential backoff.' }) satisfies z.ZodType<BackoffStrategy>;

/** How a reset header is read. */
export const resetFormatSchema = z.enum(resetFormats) satisfies z.ZodType<ResetFormat>;

const headerNames = z.array(z.string());

/** The strategy that waits for the reset which the response's headers announce. */
export const headersStrategySchema = z
  .strictObject({
    strategy: z.literal('headers'),
    resetHeader: headerNames,
    remainingHeader: headerNames,
    limitHeader: headerNames,
    resetFormat: resetFormatSchema,
    limit: z.int().min(0),
    maxWaitSeconds: z.number().min(0),
    fallback: backoffViewSchema.describe('Used when no header can be read.'),
  })
  .meta({
    description: "Waits for the reset that the response's headers announce.",
  }) satisfies z.ZodType<HeadersStrategy>;

const pointerSchema = z.string().describe('A JSON pointer (RFC 6901).');
const bodyMatchSchema = z.union([
  z.strictObject({ pointer: pointerSchema, value: jsonValueSchema }),
  z.strictObject({ pointer: pointerSchema, anyOf: z.array(jsonValueSchema) }),
]) satisfies z.ZodType<BodyMatch>;

/** A rule of a policy. */
export const ruleSchema = z
  .strictObject({
    key: z.string().describe('What decisions call the rule by.'),
    when: statusPatternSchema,
    bodyMatches: bodyMatchSchema.nullable(),
    onlyRepeatable: z.boolean().describe('Applies only to requests that are safe to repeat.'),
    strategy: z.discriminatedUnion('strategy', [backoffStrategySchema, headersStrategySchema]),
    then: z
      .literal('fail')
      .exactOptional()
      .describe('An accepted status fails the job once no retry is left. Absent: it completes the job.'),
  })
  .meta({ description: 'A pattern of statuses with what to do about it.' }) satisfies z.ZodType<Rule>;

/** What to do when there was no response. */
export const failurePolicySchema = z
  .strictObject({
    nothingSent: backoffViewSchema.nullable().describe('When the request certainly never left. Null: no retry.'),
    maybeSent: backoffViewSchema.nullable().describe('When the request may have been received. Null: no retry.'),
  })
  .meta({ description: 'What to do when no response arrived.' }) satisfies z.ZodType<FailurePolicy>;

/** A job's whole policy with every default filled in. */
export const policySchema = z
  .strictObject({
    preset: z.string().nullable().describe('The preset it came from; null when written out.'),
    rules: z.array(ruleSchema).describe('In order: the first that matches decides.'),
    timeout: failurePolicySchema,
    connectionError: failurePolicySchema,
    accept: statusPatternSchema.describe('The statuses that complete the job.'),
    maxAttempts: z.int().min(1),
    onInterrupted: z.enum(['retry', 'fail']),
    onOversize: z.enum(['fail', 'truncate']),
    repeatable: z.boolean().describe('Whether the request is safe to repeat.'),
    shouldRetry: backoffViewSchema
      .exactOptional()
      .describe('Present: `x-should-retry` is obeyed, and this is for statuses without a rule that it asks to retry.'),
  })
  .meta({
    id: 'Policy',
    description: 'The retry policy of a job, with every default filled in.',
  }) satisfies z.ZodType<Policy>;
