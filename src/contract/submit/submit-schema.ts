import { z } from 'zod';
import { callbackEvents } from '#src/contract/event/event-names.ts';
import { flowLimits, limits } from '#src/domain/limits.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import { deliveryRetrySchema } from './delivery-retry.ts';
import type { BackoffFields } from './retry-input.ts';
import { backoffSchema, duration, retrySchema } from './retry-schema.ts';
import type { CallbackInput, FlowInput, RedactInput, SubmitInput } from './submit-input.ts';

const text = (what = 'a string') => z.string({ error: `must be ${what}` });
const texts = (what: string) => z.array(text(), { error: `must be a list of ${what}` });
const whole = z.int({ error: 'must be a whole number' });
const flag = z.boolean({ error: 'must be true or false' });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be ${values.map((value) => `"${value}"`).join(' or ')}` });

/** A text with secret parts, which are never shown. The client's `redactString` makes it. */
export const redactedStringSchema: z.ZodType<RedactedString> = z
  .strictObject({ $redacted: z.strictObject({ strings: z.array(z.string()), values: z.array(z.string()) }) })
  .meta({
    description: 'A text with secret parts: `strings` are shown, the `values` between them never are.',
  });

/** Header names and values. `readHeaders` reads and checks them. */
export const headersSchema = z.record(z.string(), z.union([z.string(), redactedStringSchema]));

/** `callback` written as an object. */
export const callbackSchema = z.strictObject(
  {
    url: text('an http or https URL').optional().describe('Either this or `endpoint`.'),
    endpoint: text('the name of an endpoint').optional().describe('The name of a registered endpoint.'),
    events: z
      .array(oneOf(callbackEvents), { error: `must be a list of ${callbackEvents.join(', ')}` })
      .optional()
      .describe('What to report; `job.completed`, `job.failed` and `job.cancelled` if it is not given.'),
    headers: headersSchema.optional().describe('Sent with every delivery; at most 64 and 16 KiB.'),
    payload: oneOf(['full', 'thin'])
      .optional()
      .describe('`full` (default): the whole job with its result. `thin`: its id and state.'),
    retry: deliveryRetrySchema.optional().describe('When to try again after a failed delivery, and when not.'),
  },
  { error: 'must be a URL or an object: { url or endpoint, events, headers, payload, retry }' },
) satisfies z.ZodType<CallbackInput>;

/** `redact` of a submission. */
export const redactSchema = z.strictObject(
  {
    query: texts('parameter names').optional().describe('Names of query parameters of `url`.'),
    body: texts('JSON pointers').optional().describe('JSON pointers into the request body.'),
    response: texts('JSON pointers').optional().describe('JSON pointers into the response body.'),
  },
  { error: 'must be an object: { query, body, response }' },
) satisfies z.ZodType<RedactInput>;

/** `rate` of a flow. */
export const flowRateSchema = z.strictObject(
  {
    limit: whole.meta({ minimum: flowLimits.rateLimit.min, maximum: flowLimits.rateLimit.max }),
    periodSeconds: duration.describe('Seconds, 1 to 86,400, or a text like "1m".'),
  },
  { error: 'must be an object: { limit, periodSeconds }' },
);

/** `flow` of a submission. */
export const flowSchema = z.strictObject(
  {
    key: text('the name of a flow').meta({ minLength: 1, maxLength: flowLimits.keyLength }),
    concurrency: whole.optional().meta({
      description: 'Attempts that may be under way at once, over all workers.',
      minimum: flowLimits.concurrency.min,
      maximum: flowLimits.concurrency.max,
    }),
    rate: flowRateSchema.optional().describe('Attempts that may start within any such period, over all workers.'),
  },
  { error: 'must be an object: { key, concurrency, rate }' },
) satisfies z.ZodType<FlowInput>;

/**
 * The shape of a submission, for documentation and OpenAPI. `parseSubmit` checks the rules that a shape cannot express.
 */
export const submitSchema = z
  .strictObject(
    {
      url: text('an http or https URL')
        .meta({
          description:
            'Where the request goes: http or https, without user name, password and fragment. Either this, or `upstream` and `path`.',
          maxLength: limits.urlLength,
        })
        .optional(),
      upstream: text('the name of an upstream')
        .optional()
        .describe('An upstream whose base URL, credentials and defaults are used; instead of `url`.'),
      path: text('a path that begins with "/"')
        .optional()
        .describe('Path and query below the base URL of the upstream, such as `/responses`.'),
      method: text('an HTTP method')
        .optional()
        .describe('Any HTTP method but CONNECT, TRACE and TRACK. `GET`, or `POST` with a body, if it is not given.'),
      headers: headersSchema
        .optional()
        .describe('At most 64 and 16 KiB. Those about the connection, the framing, and `webhook-*` are refused.'),
      body: z
        .union([z.string(), z.strictObject({ base64: z.string() })])
        .optional()
        .describe('The body as text, or as base64 for bytes; at most 8 MiB.'),
      json: z.unknown().optional().describe('The body as any JSON value, instead of `body`.'),
      retry: retrySchema.optional().describe("How to retry by status: a preset's name, rules, or both."),
      timeout: z
        .strictObject(
          {
            durationInMs: duration.optional().describe('From connecting to the last byte of the body.'),
            retry: backoffSchema.optional(),
          },
          { error: 'must be an object: { durationInMs, retry }' },
        )
        .optional()
        .describe('Bounds one attempt; 600,000 ms if it is not given.'),
      connectionError: z
        .strictObject({ retry: backoffSchema.optional() }, { error: 'must be an object: { retry }' })
        .optional()
        .describe('What to do when there was no response: DNS, connection refused or reset, TLS.'),
      maxAttempts: whole.optional().meta({
        description: `Ceiling over all rules; ${limits.maxAttempts.default} if it is not given.`,
        minimum: limits.maxAttempts.min,
        maximum: limits.maxAttempts.max,
      }),
      onInterrupted: oneOf(['retry', 'fail'])
        .optional()
        .describe('What to do when a worker died after the request may have been sent; `retry` if it is not given.'),
      accept: text('statuses in one text, like "2xx", "2xx,404" or "any"')
        .optional()
        .describe('Statuses that complete the job; `2xx` if it is not given. `any` keeps whatever came back.'),
      redirect: oneOf(['follow', 'manual'])
        .optional()
        .describe('`follow` (default): up to 10 redirects, each guarded. `manual`: none.'),
      onOversize: oneOf(['fail', 'truncate'])
        .optional()
        .describe('When the response is too long to keep: `fail` (default) or `truncate`.'),
      idempotencyKey: text()
        .optional()
        .describe('The same key and request lead to the same job, for 24 h and as long as the result.'),
      sendIdempotencyKey: flag
        .optional()
        .describe('Send `Idempotency-Key: <job id>` to the target with every attempt.'),
      callback: z
        .union([z.string(), callbackSchema])
        .optional()
        .describe("Where to report the job's end: a URL, or an object."),
      resultTtlSeconds: duration
        .optional()
        .describe("How long the result is kept from the job's end, up to 30 days; 86,400 if nothing else is set."),
      keepSecretsSeconds: duration
        .optional()
        .describe("How long secrets are kept from the job's end, up to 30 days, so that it can run again."),
      runAt: text('a date, like "2026-12-01T09:00:00Z"').optional().meta({
        description: 'Not before: ISO 8601 with an offset or `Z`, at most 90 days ahead.',
        format: 'date-time',
      }),
      delaySeconds: duration.optional().describe('Not before so long from now, at most 90 days; instead of `runAt`.'),
      deadlineSeconds: duration
        .optional()
        .describe('Budget for the whole job, waiting included; attempts are shortened to fit it.'),
      priority: whole.optional().meta({
        description: 'The higher, the earlier among what is due; 0 if it is not given.',
        minimum: limits.priority.min,
        maximum: limits.priority.max,
      }),
      stream: flag
        .optional()
        .describe('Keep the events of an event stream while they come. Not with JSON pointers in `redact.response`.'),
      flow: flowSchema.optional().describe('Limits that the job shares with all others of the same key.'),
      labels: texts('labels').optional().describe('To filter by: at most 16 of at most 64 characters.'),
      metadata: z.unknown().optional().describe('Any JSON value of at most 4 KiB, echoed in reads and callbacks.'),
      redact: redactSchema
        .optional()
        .describe('What never shows, besides the headers that are masked without being asked.'),
    },
    { error: 'must be an object' },
  )
  .meta({
    description: 'A request to be made in the background. Only `url` is needed, or `upstream` and `path`.',
  }) satisfies z.ZodType<SubmitInput>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type SchemasAreExact = [
  Exact<Required<z.infer<typeof submitSchema>>, Required<SubmitInput>>,
  Exact<Required<z.infer<typeof callbackSchema>>, Required<CallbackInput>>,
  Exact<Required<z.infer<typeof flowSchema>>, Required<FlowInput>>,
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
