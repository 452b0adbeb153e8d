import { z } from 'zod';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import { presetNames } from '#src/domain/policy/presets.ts';
import type {
  BackoffFields,
  BackoffRule,
  BodyMatchInput,
  HeadersRule,
  ListedRetryRule,
  RetryInput,
  RetryRule,
} from './retry-input.ts';

const durationError = 'must be a number, or text like "30s", "5m", "2h", "1d"';

/** The shape of a duration. `readDuration` checks the bounds. */
export const duration = z
  .union([z.number(), z.string()], { error: durationError })
  .meta({ description: 'A number in the unit that the name ends in, or text: `"500ms"`, `"30s"`, `"5m"`, `"2h"`.' });

/** Any JSON value. Its text and depth are checked once, for the whole input. */
export const anyJson: z.ZodType<JsonValue> = z.any();

/** How a reset header's value can be written. */
export const resetFormats = [
  'auto',
  'unix_timestamp',
  'unix_timestamp_in_ms',
  'iso_8601',
  'iso_8601_duration_openai_variant',
  'http_date',
  'delta_seconds',
] as const;

const backoffShape = {
  limit: z.number({ error: 'must be a number' }).optional(),
  minTimeoutInMs: duration.optional(),
  maxTimeoutInMs: duration.optional(),
  factor: z.number({ error: 'must be a number' }).optional(),
  randomize: z.boolean({ error: 'must be true or false' }).optional(),
};

const pointer = z.string({ error: 'must be a JSON pointer, like "/error/code"' });
const bodyMatches = z.union(
  [z.strictObject({ pointer, value: anyJson }), z.strictObject({ pointer, anyOf: z.array(anyJson) })],
  {
    error:
      'must be an object with a JSON pointer like "/status" and a value: { pointer, value } or { pointer, anyOf: [values] }',
  },
) satisfies z.ZodType<BodyMatchInput>;

const names = z.union([z.string(), z.array(z.string())], { error: 'must be a header name or a list of them' });
const headersShape = {
  remainingHeader: names.optional(),
  limitHeader: names.optional(),
  resetFormat: z.enum(resetFormats, { error: `must be one of ${resetFormats.join(', ')}` }).optional(),
  maxWaitSeconds: duration.optional(),
};

/** Bare backoff fields: `timeout.retry` and `connectionError.retry`. */
export const backoffSchema = z.strictObject(backoffShape, {
  error: 'must be an object of backoff fields: limit, minTimeoutInMs, maxTimeoutInMs, factor, randomize',
}) satisfies z.ZodType<BackoffFields>;

const then = z.literal('fail', { error: 'must be "fail"' }).optional();

/** A rule that waits by backoff. */
export const backoffRule = z.strictObject({
  ...backoffShape,
  strategy: z.literal('backoff').optional(),
  type: z.literal('backoff').optional(),
  bodyMatches: bodyMatches.optional(),
  then,
}) satisfies z.ZodType<BackoffRule>;

/** A rule that waits for the reset which the response's headers announce. */
export const headersRule = z.strictObject({
  ...backoffShape,
  ...headersShape,
  strategy: z.literal('headers').optional(),
  type: z.literal('headers').optional(),
  resetHeader: names,
  bodyMatches: bodyMatches.optional(),
  then,
}) satisfies z.ZodType<HeadersRule>;

const when = z.union([z.string(), z.number()], { error: 'must be a status pattern, like 429, "5xx" or "500-599"' });
const ruleSchema: z.ZodType<RetryRule> = z.union([backoffRule, headersRule]);
const listedSchema: z.ZodType<ListedRetryRule> = z.union([backoffRule.extend({ when }), headersRule.extend({ when })]);
const rulesSchema = z.union([z.array(listedSchema), z.record(z.string(), ruleSchema)]);

/**
 * `retry` in its documented form. To read it, `oneRule` and `oneListedRule` are used: their messages name the wrong
 * field.
 */
export const retrySchema: z.ZodType<RetryInput> = z.union([
  z.enum(presetNames),
  z.strictObject({ preset: z.enum(presetNames).optional(), rules: rulesSchema.optional() }),
  rulesSchema,
]);

const strategies = z.enum(['backoff', 'headers'], { error: 'must be "backoff" or "headers"' });
const ruleShape = {
  ...backoffShape,
  ...headersShape,
  strategy: strategies.optional(),
  type: strategies.optional(),
  resetHeader: names.optional(),
  bodyMatches: bodyMatches.optional(),
  then,
};

/** A rule of either strategy. The domain checks which fields go together. */
export const oneRule = z.strictObject(ruleShape, { error: 'must be an object: a strategy' });

/** A rule with its pattern, as in a list. */
export const oneListedRule = z.strictObject(
  { ...ruleShape, when },
  { error: 'must be an object: { when, ...strategy }' },
);
