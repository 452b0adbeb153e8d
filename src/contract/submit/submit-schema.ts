import { z } from 'zod';
import { callbackEvents } from '#src/contract/event/event-names.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import { deliveryRetrySchema } from './delivery-retry.ts';
import type { BackoffFields } from './retry-input.ts';
import { backoffSchema, duration, retrySchema } from './retry-schema.ts';
import type { CallbackInput, RedactInput, SubmitInput } from './submit-input.ts';

const text = (what = 'a string') => z.string({ error: `must be ${what}` });
const texts = (what: string) => z.array(text(), { error: `must be a list of ${what}` });
const whole = z.int({ error: 'must be a whole number' });
const flag = z.boolean({ error: 'must be true or false' });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be ${values.map((value) => `"${value}"`).join(' or ')}` });

const redactedString: z.ZodType<RedactedString> = z.strictObject({
  $redacted: z.strictObject({ strings: z.array(z.string()), values: z.array(z.string()) }),
});

/** Header names and values. `readHeaders` reads and checks them. */
const headersSchema = z.record(z.string(), z.union([z.string(), redactedString]));

/** `callback` written as an object. */
export const callbackSchema = z.strictObject(
  {
    url: text('an http or https URL').optional(),
    endpoint: text('the name of an endpoint').optional(),
    events: z.array(oneOf(callbackEvents), { error: `must be a list of ${callbackEvents.join(', ')}` }).optional(),
    headers: headersSchema.optional(),
    payload: oneOf(['full', 'thin']).optional(),
    retry: deliveryRetrySchema.optional(),
  },
  { error: 'must be a URL or an object: { url or endpoint, events, headers, payload, retry }' },
) satisfies z.ZodType<CallbackInput>;

const redactSchema = z.strictObject(
  {
    query: texts('parameter names').optional(),
    body: texts('JSON pointers').optional(),
    response: texts('JSON pointers').optional(),
  },
  { error: 'must be an object: { query, body, response }' },
) satisfies z.ZodType<RedactInput>;

/**
 * The shape of a submission, for documentation and OpenAPI. `parseSubmit` checks the rules that a shape cannot express.
 */
export const submitSchema = z.strictObject(
  {
    url: text('an http or https URL'),
    method: text('an HTTP method').optional(),
    headers: headersSchema.optional(),
    body: z.union([z.string(), z.strictObject({ base64: z.string() })]).optional(),
    json: z.unknown().optional(),
    retry: retrySchema.optional(),
    timeout: z
      .strictObject(
        { durationInMs: duration.optional(), retry: backoffSchema.optional() },
        { error: 'must be an object: { durationInMs, retry }' },
      )
      .optional(),
    connectionError: z
      .strictObject({ retry: backoffSchema.optional() }, { error: 'must be an object: { retry }' })
      .optional(),
    maxAttempts: whole.optional(),
    onInterrupted: oneOf(['retry', 'fail']).optional(),
    accept: text('statuses in one text, like "2xx", "2xx,404" or "any"').optional(),
    redirect: oneOf(['follow', 'manual']).optional(),
    onOversize: oneOf(['fail', 'truncate']).optional(),
    idempotencyKey: text().optional(),
    sendIdempotencyKey: flag.optional(),
    callback: z.union([z.string(), callbackSchema]).optional(),
    resultTtlSeconds: duration.optional(),
    keepSecretsSeconds: duration.optional(),
    runAt: text('a date, like "2026-12-01T09:00:00Z"').optional(),
    delaySeconds: duration.optional(),
    deadlineSeconds: duration.optional(),
    labels: texts('labels').optional(),
    metadata: z.unknown().optional(),
    redact: redactSchema.optional(),
  },
  { error: 'must be an object' },
) satisfies z.ZodType<SubmitInput>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type SchemasAreExact = [
  Exact<Required<z.infer<typeof submitSchema>>, Required<SubmitInput>>,
  Exact<Required<z.infer<typeof callbackSchema>>, Required<CallbackInput>>,
  Exact<Required<z.infer<typeof redactSchema>>, Required<RedactInput>>,
  Exact<Required<z.infer<typeof backoffSchema>>, Required<BackoffFields>>,
];

type Exact<A extends B, B extends C, C = A> = [A, B, C];

/**
 * The shape that `parseSubmit` reads first, without the fields that can be written in several ways. Those are read one
 * by one, because the error message of a union cannot name the wrong field.
 */
export const submitShape = submitSchema.extend({
  headers: z.unknown().optional(),
  body: z.unknown().optional(),
  retry: z.unknown().optional(),
  callback: z.unknown().optional(),
});
