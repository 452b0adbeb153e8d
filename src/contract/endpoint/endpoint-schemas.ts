import { z } from 'zod';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { countSchema, type Exact, idSchema, instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { tlsViewSchema } from '#src/contract/shape/tls-input.ts';
import type { EndpointProblem } from '#src/domain/endpoint/endpoint-health.ts';
import {
  type CreatedEndpoint,
  type DeletedEndpoint,
  type Endpoint,
  endpointEvents,
  endpointFormats,
  type MadePublicKey,
  type MadeSharedSecret,
  type RotatedProjectSecret,
  type RotatedSecret,
  type SecretInfo,
  type SentWaiting,
  type TestDelivery,
  type UpdatedEndpoint,
} from './endpoint.ts';

const endpointProblemSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  at: instantSchema,
}) satisfies z.ZodType<EndpointProblem>;

/** A registered webhook receiver. */
export const endpointSchema = z
  .strictObject({
    id: idSchema('end'),
    name: z.string().describe('What jobs name it by.'),
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum([...endpointEvents, ...responseEvents])),
    labels: z.array(z.string()).describe('Only events of jobs that have all of these; empty: of any job.'),
    projectWide: z.boolean().describe('True: every matching event of the project. False: only of jobs that name it.'),
    payload: z.enum(['full', 'thin']),
    format: z.enum(endpointFormats).describe("`openai`: events of model responses alone, in the shape of OpenAI's."),
    headers: z.record(z.string(), z.string()).describe('Sent with every delivery. Secrets are masked.'),
    tls: tlsViewSchema.nullable().describe('Certificates, without the private key; null: the usual TLS.'),
    scheduleSeconds: z
      .array(z.number())
      .nullable()
      .describe('Delays between attempts, in seconds; null: the default schedule.'),
    giveUpOn: z.array(z.string()).describe('Answers after which a delivery is not tried again. 410 always is one.'),
    rate: z.number().nullable().describe('Deliveries a second; null: no limit.'),
    concurrency: z.int().nullable().describe('Deliveries under way at once; null: no limit.'),
    state: z.enum(['enabled', 'disabled']).describe('While `disabled`, its events are kept as skipped deliveries.'),
    disabledReason: z.enum(['gone', 'failing', 'manual']).nullable(),
    disabledAt: instantSchema.nullable(),
    failingSince: instantSchema.nullable().describe('The first failure since the last success.'),
    lastSuccessAt: instantSchema.nullable().describe('While success follows success, up to 10 s late.'),
    lastFailureAt: instantSchema.nullable(),
    problem: endpointProblemSchema
      .nullable()
      .describe('Why nothing could be sent at the last attempt, when waiting does not mend it.'),
    pausedUntil: instantSchema.nullable().describe('Nothing but a probe is sent before this.'),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    listener: z.boolean().describe('True for one that `ringback listen` made.'),
  })
  .meta({
    id: 'Endpoint',
    description: 'A registered webhook receiver, with its health.',
  }) satisfies z.ZodType<Endpoint>;

const sharedSecret = {
  signing: z.literal('v1'),
  secret: z.string().describe('`whsec_…`, answered this once.'),
  publicKey: z.string().exactOptional().describe('Never there.'),
};
const publicKey = {
  signing: z.literal('v1a'),
  secret: z.string().exactOptional().describe('Never there: the private half does not leave.'),
  publicKey: z.string().describe('`whpk_…`'),
};

/** A new secret that the receiver shares. */
export const madeSharedSecretSchema = z.strictObject(sharedSecret) satisfies z.ZodType<MadeSharedSecret>;

/** The public part of a new ed25519 pair. */
export const madePublicKeySchema = z.strictObject(publicKey) satisfies z.ZodType<MadePublicKey>;

/** What creating an endpoint answers. */
export const createdEndpointSchema = z
  .discriminatedUnion('signing', [endpointSchema.extend(sharedSecret), endpointSchema.extend(publicKey)])
  .meta({ description: 'A new endpoint with its signing secret.' }) satisfies z.ZodType<CreatedEndpoint>;

/** What changing an endpoint answers. */
export const updatedEndpointSchema = endpointSchema
  .extend({
    clearedHeaders: z
      .array(z.string())
      .describe('Secret headers that were deleted because the URL now has another origin.'),
  })
  .meta({ description: 'A changed endpoint.' }) satisfies z.ZodType<UpdatedEndpoint>;

/** What deleting an endpoint answers. */
export const deletedEndpointSchema = z
  .strictObject({
    id: idSchema('end'),
    cancelledDeliveries: countSchema.describe('Deliveries that waited and never will be sent.'),
  })
  .meta({ description: 'A deleted endpoint.' }) satisfies z.ZodType<DeletedEndpoint>;

/** What sending all that waits answers. */
export const sentWaitingSchema = z
  .strictObject({
    id: idSchema('end'),
    deliveries: countSchema.describe('Deliveries that waited and go now.'),
  })
  .meta({ description: 'What was sent before its time.' }) satisfies z.ZodType<SentWaiting>;

/** A live signing secret without its value. */
export const secretInfoSchema = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['v1', 'v1a']),
    hint: z.string().nullable().describe('The last four characters of what was shown of it.'),
    revealable: z.boolean().describe('Whether its value may still be shown once.'),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable().describe('From when on it no longer signs; null: it stays.'),
  })
  .meta({ id: 'SecretInfo', description: 'A live signing secret without its value.' }) satisfies z.ZodType<SecretInfo>;

const live = { secrets: z.array(secretInfoSchema).describe('All that sign now, newest first.') };

/** The live secrets of an endpoint or of a project. */
export const liveSecretsSchema = z.strictObject(live);

/** What rotating an endpoint's secret answers. */
export const rotatedSecretSchema = z
  .discriminatedUnion('signing', [madeSharedSecretSchema.extend(live), madePublicKeySchema.extend(live)])
  .meta({ description: 'The new secret, and all that sign now.' }) satisfies z.ZodType<RotatedSecret>;

/** What rotating a project's secret answers. */
export const rotatedProjectSecretSchema = madeSharedSecretSchema
  .extend(live)
  .meta({ description: 'The new secret, and all that sign now.' }) satisfies z.ZodType<RotatedProjectSecret>;

/** A test event on its way. */
export const testDeliverySchema = z
  .strictObject({
    id: idSchema('dlv'),
    eventId: idSchema('evt'),
    state: z.enum(['pending', 'skipped']).describe('`skipped`: the endpoint is disabled.'),
  })
  .meta({ description: 'A test event on its way.' }) satisfies z.ZodType<TestDelivery>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type EndpointSchemasAreExact = [
  Exact<z.infer<typeof endpointSchema>, Endpoint>,
  Exact<z.infer<typeof createdEndpointSchema>, CreatedEndpoint>,
  Exact<z.infer<typeof updatedEndpointSchema>, UpdatedEndpoint>,
  Exact<z.infer<typeof deletedEndpointSchema>, DeletedEndpoint>,
  Exact<z.infer<typeof sentWaitingSchema>, SentWaiting>,
  Exact<z.infer<typeof secretInfoSchema>, SecretInfo>,
  Exact<z.infer<typeof rotatedSecretSchema>, RotatedSecret>,
  Exact<z.infer<typeof rotatedProjectSecretSchema>, RotatedProjectSecret>,
  Exact<z.infer<typeof testDeliverySchema>, TestDelivery>,
];
