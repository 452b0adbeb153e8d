import { z } from 'zod';
import type { CallbackEvent } from './event-names.ts';
import {
  countSchema,
  type Exact,
  failedAttemptSchema,
  idSchema,
  instantSchema,
  jobSchema,
  urlSchema,
} from './event-schemas-job.ts';
import type {
  AlertEventData,
  DeliveryFailedData,
  EndpointDisabledData,
  EndpointTestData,
  EventBody,
  EventType,
  JobEndStates,
  JobEventType,
  JobProgressEventType,
} from './events.ts';

function envelope<const Type extends EventType, Data extends z.ZodType>(type: Type, data: Data, description: string) {
  return z
    .strictObject({
      type: z.literal(type),
      timestamp: instantSchema.describe('When it happened; the same on every attempt.'),
      data,
    })
    .meta({ title: type, description });
}

/** Returns the schema of an event about a job's end, with a full or a thin payload. */
function jobEvent<const Type extends JobEventType>(type: Type, state: JobEndStates[Type], description: string) {
  const full = jobSchema.extend({ state: z.literal(state) }).meta({
    title: 'full',
    description: 'The job as `jobs.get` answered it at its end. A result body above 256 KiB is omitted and flagged.',
  });
  const thin = z
    .strictObject({ id: idSchema('job'), state: z.literal(state) })
    .meta({ title: 'thin', description: 'What a callback with `payload: thin` gets.' });
  return envelope(type, z.union([full, thin]), description);
}

const startedState = { state: z.literal('in_progress') };
const failedState = { state: z.enum(['retrying', 'failed']), attempt: failedAttemptSchema };

/** Returns the schema of an event about a job before its end, with a full or a thin payload. */
function progressEvent<const Type extends JobProgressEventType, Full extends z.ZodType, Thin extends z.ZodType>(
  type: Type,
  [full, thin]: [Full, Thin],
  description: string,
) {
  const told = [
    full.meta({ title: 'full', description: 'The job as it was at that moment.' }),
    thin.meta({ title: 'thin', description: 'What a callback with `payload: thin` gets.' }),
  ] as const;
  return envelope(type, z.union(told), description);
}

const endpoint = { id: idSchema('end'), name: z.string() };

const endpointDisabledData = z.strictObject({
  endpoint: z.strictObject({ ...endpoint, url: urlSchema }),
  reason: z
    .enum(['gone', 'failing', 'manual'])
    .describe('It answered 410, no delivery reached it for days, or somebody switched it off.'),
  since: instantSchema.describe(
    'For `failing` the first failure after the last success, otherwise when it was disabled.',
  ),
}) satisfies z.ZodType<EndpointDisabledData>;

const deliveryFailedData = z.strictObject({
  delivery: z.strictObject({
    id: idSchema('dlv'),
    eventId: idSchema('evt').describe('The `webhook-id` that its receiver would have seen.'),
    type: z.string().describe('The type of the event that was not delivered.'),
    endpointId: idSchema('end').nullable().describe('Null for a callback to a URL given with the job.'),
    jobId: idSchema('job').nullable().describe('Null for an event that is about no job.'),
    url: urlSchema,
    attempts: countSchema.describe('Attempts made; 0 when nothing could be sent at all.'),
  }),
  error: z
    .strictObject({ code: z.string(), message: z.string() })
    .describe('What the last attempt ended in, or why there was nothing to send.'),
}) satisfies z.ZodType<DeliveryFailedData>;

const alertData = z.strictObject({
  alert: z.strictObject({
    kind: z.string().describe('Such as `no_workers`, `egress_down`, `endpoint_disabled` or `backlog_growing`.'),
    title: z.string(),
    sentence: z.string().describe('One sentence with the numbers.'),
    url: urlSchema.describe('The page of the dashboard that shows more.'),
    since: instantSchema.describe('When it was first seen.'),
  }),
}) satisfies z.ZodType<AlertEventData>;

const endpointTestData = z.strictObject({
  endpoint: z.strictObject(endpoint),
  message: z.string(),
}) satisfies z.ZodType<EndpointTestData>;

/** The schema of every event's body, by event type. Unknown fields are refused. */
export const eventSchemas = {
  'job.completed': jobEvent('job.completed', 'completed', 'The job got a response that completes it: `data.result`.'),
  'job.failed': jobEvent(
    'job.failed',
    'failed',
    'The job failed: `data.error`, and `data.result` if there was a response.',
  ),
  'job.cancelled': jobEvent('job.cancelled', 'cancelled', 'The job was cancelled before it could end.'),
  'job.started': progressEvent(
    'job.started',
    [jobSchema.extend(startedState), z.strictObject({ id: idSchema('job'), ...startedState })],
    'Only when asked for: the first attempt of the job begins. Once per job and receiver.',
  ),
  'job.attempt_failed': progressEvent(
    'job.attempt_failed',
    [jobSchema.extend(failedState), z.strictObject({ id: idSchema('job'), ...failedState })],
    'Only when asked for: an attempt did not complete the job. `data.attempt` says which, and what was decided.',
  ),
  'endpoint.disabled': envelope(
    'endpoint.disabled',
    endpointDisabledData,
    'An endpoint gets nothing more until it is enabled again.',
  ),
  'delivery.failed': envelope(
    'delivery.failed',
    deliveryFailedData,
    'An event could not be delivered and is not tried again by itself.',
  ),
  'alert.raised': envelope('alert.raised', alertData, 'Something needs a person: an alert of the overview has lasted.'),
  'alert.cleared': envelope('alert.cleared', alertData, 'What `alert.raised` told of is over.'),
  'endpoint.test': envelope('endpoint.test', endpointTestData, 'Sent on request, to try an endpoint out.'),
} satisfies { [Type in EventType]: z.ZodType<EventBody<Type>> };

/** Every event type, in the order of the documentation. */
export const eventTypes = Object.keys(eventSchemas) as EventType[];

type Data<Type extends EventType> = Required<EventBody<Type>['data']>;
type Read<Type extends EventType> = Required<z.infer<(typeof eventSchemas)[Type]>>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type EventSchemasAreExact = [
  Exact<Read<'job.completed'>, Required<EventBody<'job.completed'>>>,
  Exact<Read<'job.failed'>, Required<EventBody<'job.failed'>>>,
  Exact<Read<'job.cancelled'>, Required<EventBody<'job.cancelled'>>>,
  Exact<Read<'job.started'>, Required<EventBody<'job.started'>>>,
  Exact<Read<'job.attempt_failed'>, Required<EventBody<'job.attempt_failed'>>>,
  Exact<Read<'endpoint.disabled'>, Required<EventBody<'endpoint.disabled'>>>,
  Exact<Required<Read<'endpoint.disabled'>['data']>, Data<'endpoint.disabled'>>,
  Exact<Read<'endpoint.disabled'>['data']['endpoint'], Required<Data<'endpoint.disabled'>['endpoint']>>,
  Exact<Read<'delivery.failed'>, Required<EventBody<'delivery.failed'>>>,
  Exact<Required<Read<'delivery.failed'>['data']>, Data<'delivery.failed'>>,
  Exact<Required<Read<'delivery.failed'>['data']['delivery']>, Required<Data<'delivery.failed'>['delivery']>>,
  Exact<Required<Read<'delivery.failed'>['data']['error']>, Required<Data<'delivery.failed'>['error']>>,
  Exact<Read<'alert.raised'>, Required<EventBody<'alert.raised'>>>,
  Exact<Read<'alert.raised'>['data']['alert'], Required<Data<'alert.raised'>['alert']>>,
  Exact<Read<'alert.cleared'>, Required<EventBody<'alert.cleared'>>>,
  Exact<Read<'endpoint.test'>, Required<EventBody<'endpoint.test'>>>,
  Exact<Required<Read<'endpoint.test'>['data']>, Data<'endpoint.test'>>,
  Exact<Required<Read<'endpoint.test'>['data']['endpoint']>, Required<Data<'endpoint.test'>['endpoint']>>,
  Exact<CallbackEvent, JobEventType | JobProgressEventType>,
];

/**
 * Returns the JSON Schema (2020-12) of every event's body, by event type. The schemas are closed
 * (`additionalProperties: false`), and shared parts are in `$defs`.
 */
export function eventJsonSchemas(): Record<EventType, JsonSchema> {
  const schemas = eventTypes.map((type): [string, JsonSchema] => [
    type,
    z.toJSONSchema(eventSchemas[type], { override: tidySchema }),
  ]);
  return Object.fromEntries(schemas) as Record<EventType, JsonSchema>;
}

/** A JSON Schema as an object. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Removes parts of a schema that carry no information: the rule that keys are strings, and the largest safe integer as
 * a maximum.
 */
export function tidySchema({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  delete jsonSchema.propertyNames;
}
