import { z } from 'zod';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { tlsInputSchema } from '#src/contract/shape/tls-input.ts';
import { delays, deliveryRetrySchema, statuses } from '#src/contract/submit/delivery-retry.ts';
import { duration } from '#src/contract/submit/retry-schema.ts';
import { headersSchema, redactedStringSchema } from '#src/contract/submit/submit-schema.ts';
import { endpointLimits } from '#src/domain/limits.ts';
import { endpointEvents, endpointFormats } from './endpoint.ts';
import type { EndpointEdits, EndpointInput, RotateInput } from './endpoint-input.ts';

const text = (what: string) => z.string({ error: `must be ${what}` });
const { rate, concurrency } = endpointLimits;
const rateError = { error: `must be a number from ${rate.min} to 10,000, or null for no limit` };
const concurrencyError = { error: `must be a whole number from ${concurrency.min} to 1,000, or null for no limit` };
const signing = z.enum(['v1', 'v1a'], { error: 'must be "v1" or "v1a"' }).optional();
const isObject = { error: 'must be an object' };

const name = text('a string').describe('What jobs name it by: lower-case letters, digits, `-` and `_`, at most 64.');
const url = text('an http or https URL').describe("http or https, under the same rules as a callback's.");

const fields = {
  description: text('a string').optional().describe('At most 500 characters.'),
  events: z
    .array(z.enum([...endpointEvents, ...responseEvents, 'job.*']))
    .optional()
    .describe(
      '`job.completed`, `job.failed` and `job.cancelled` if it is not given. `job.*` stands for all of jobs. With the format `openai`: those of `response.…`, all if it is not given.',
    ),
  labels: z
    .array(text('a string'), { error: 'must be a list of labels' })
    .optional()
    .describe('Only events of jobs that have all of these.'),
  projectWide: z
    .boolean({ error: 'must be true or false' })
    .optional()
    .describe('True: every matching event of the project. False (default): only of jobs that name it.'),
  payload: z
    .enum(['full', 'thin'], { error: 'must be "full" or "thin"' })
    .optional()
    .describe('`full` (default): the whole job with its result. `thin`: its id and state.'),
  format: z
    .enum(endpointFormats, { error: 'must be "ringback" or "openai"' })
    .optional()
    .describe("`ringback` (default), or `openai`: only of model responses, by events in the shape of OpenAI's."),
  tls: tlsInputSchema.nullish().describe('Client certificate and private authorities, for an https URL. Null: none.'),
  scheduleSeconds: delays.nullish().describe('Delays between attempts; the short form of `retry`.'),
  giveUpOn: statuses.nullish().describe('Answers after which a delivery is not tried again: `422`, `"4xx"`, `"any"`.'),
  retry: deliveryRetrySchema.nullish().describe('When to try again after a failed delivery, and when not.'),
  rate: z
    .number(rateError)
    .min(rate.min, rateError)
    .max(rate.max, rateError)
    .nullish()
    .describe('Deliveries a second. Null: no limit.'),
  concurrency: z
    .int(concurrencyError)
    .min(concurrency.min, concurrencyError)
    .max(concurrency.max, concurrencyError)
    .nullish()
    .describe('Deliveries under way at once. Null: no limit.'),
};

/** The shape of an endpoint to register. `parseEndpoint` checks the rules that a shape cannot express. */
export const endpointInputSchema = z
  .strictObject(
    {
      name,
      url,
      ...fields,
      headers: headersSchema.optional().describe('Sent with every delivery; at most 64 and 16 KiB.'),
      signing: signing.describe('`v1` (default): HMAC-SHA256 with a shared secret. `v1a`: ed25519.'),
    },
    isObject,
  )
  .meta({ description: 'A webhook receiver to be registered.' }) satisfies z.ZodType<EndpointInput>;

/** The shape of changes to an endpoint. */
export const endpointEditsSchema = z
  .strictObject(
    {
      name: name.exactOptional(),
      url: url.exactOptional(),
      ...fields,
      headers: z
        .record(z.string(), z.union([z.string(), redactedStringSchema, z.null()]))
        .optional()
        .describe('Each name given is set, null removes it, the others stay.'),
    },
    isObject,
  )
  .meta({
    description: 'Changes to an endpoint. What is not given stays as it is.',
  }) satisfies z.ZodType<EndpointEdits>;

/** The shape of a request for a new signing secret. */
export const rotateInputSchema = z
  .strictObject(
    {
      overlapSeconds: duration
        .optional()
        .describe('How long the ones before it go on signing too, up to 7 days; 86,400 if it is not given.'),
      signing: signing.describe('What the new one is; like the newest before it if it is not given.'),
    },
    isObject,
  )
  .meta({ description: 'Asks for a new signing secret.' }) satisfies z.ZodType<RotateInput>;

/** The shape that is checked first. Events and headers are checked one by one, because a union's message cannot name the wrong one. */
const readOneByOne = {
  events: z.array(text('the name of an event'), { error: 'must be a list of events' }).optional(),
  headers: z.unknown().optional(),
};

/** What `parseEndpoint` reads first. */
export const endpointShape = endpointInputSchema.extend(readOneByOne);

/** What `parseEndpointEdits` reads first. */
export const editsShape = endpointEditsSchema.extend({ ...readOneByOne, name: name.optional(), url: url.optional() });
