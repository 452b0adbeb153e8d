import { z } from 'zod';
import {
  countSchema,
  type Exact,
  idSchema,
  instantSchema,
  jobErrorCodeSchema,
  jobErrorSchema,
} from '#src/contract/event/event-schemas-job.ts';
import { policySchema } from '#src/contract/submit/policy-schema.ts';
import type { Decision, DecisionInputs, DeliveryError } from '#src/domain/decide/decision.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import type { Attempt, Delivery, JobAttempts } from './job.ts';

/** The word for what an attempt ended in. */
export const outcomeKindSchema = z.enum([
  'response',
  'timeout',
  'connection_error',
  'blocked',
  'invalid_request',
  'interrupted',
  'cancelled',
  'unstorable',
]) satisfies z.ZodType<OutcomeKind>;

const ms = z.number().nullable();

/** How long each phase of an attempt took. */
export const timingsSchema = z
  .strictObject({
    dnsMs: ms,
    connectMs: ms,
    tlsMs: ms,
    firstByteMs: ms.describe('From the last byte sent to the first byte of the response.'),
    bodyMs: ms,
    totalMs: z.number(),
  })
  .meta({
    description: 'How long each phase took, in milliseconds; null where it did not happen.',
  }) satisfies z.ZodType<Timings>;

/** A redirect that was followed. */
export const redirectHopSchema = z
  .strictObject({ status: z.int(), from: z.string(), to: z.string() })
  .meta({ description: 'A redirect that was followed.' }) satisfies z.ZodType<RedirectHop>;

const decisionInputsSchema = z.strictObject({
  usedHeaders: z.array(z.string()).exactOptional().describe('The response headers that decided.'),
  resetValue: z.string().exactOptional().describe("The reset header's value as it came."),
  resetAt: z.string().exactOptional().describe('The instant that value was read as.'),
  remaining: z.string().exactOptional(),
  limitValue: z.string().exactOptional(),
  retryAfter: z.string().exactOptional().describe('What `retry-after` said; or `retry-after-ms`, with its unit.'),
  backoffMs: z.number().exactOptional().describe('The backoff before any floor.'),
  spreadMs: z.number().exactOptional().describe('Random spread on top of a reset.'),
}) satisfies z.ZodType<DecisionInputs>;

const decided = {
  rule: z.string().nullable().describe("The rule's key; null when none matched."),
  why: z.string().describe('In one sentence, with the numbers it used.'),
  inputs: decisionInputsSchema,
  retry: z.strictObject({ count: countSchema, limit: countSchema }).exactOptional(),
};

/** What followed from an outcome. */
export const decisionSchema = z
  .discriminatedUnion('then', [
    z.strictObject({ ...decided, then: z.literal('complete') }),
    z.strictObject({
      ...decided,
      then: z.literal('retry'),
      delayMs: z.number().min(0),
      countAs: z.string().nullable().describe('Whose count of retries went up; null: none.'),
    }),
    z.strictObject({ ...decided, then: z.literal('fail'), error: jobErrorSchema }),
  ])
  .meta({ description: 'What followed, which rule said so, and why.' }) satisfies z.ZodType<Decision>;

const responseStartSchema = z.strictObject({
  body: z.string().nullable(),
  encoding: z.enum(['utf8', 'base64']),
  size: countSchema.describe('Bytes that came or were announced, at least.'),
  truncated: z.boolean(),
});

/** One attempt at a job's request or at a delivery. */
export const attemptSchema = z
  .strictObject({
    id: idSchema('att'),
    number: z.int().min(1),
    startedAt: instantSchema,
    endedAt: instantSchema,
    outcome: outcomeKindSchema,
    status: z.int().nullable(),
    responseHeaders: z.record(z.string(), z.string()).nullable().describe('Secrets are masked.'),
    response: responseStartSchema.nullable().describe("The first 16 KiB of a response that is not the job's result."),
    failure: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe('What went wrong when there was no response.'),
    timings: timingsSchema.nullable(),
    redirects: z.array(redirectHopSchema),
    remoteAddress: z.string().nullable(),
    worker: z.string(),
    decision: decisionSchema.nullable(),
  })
  .meta({
    id: 'Attempt',
    description: "One attempt at a job's request or at a delivery.",
  }) satisfies z.ZodType<Attempt>;

/** The fields of a delivery that lists and jobs show. */
export const deliverySchema = z
  .strictObject({
    id: idSchema('dlv'),
    eventId: idSchema('evt').describe('The `webhook-id` that the receiver sees.'),
    type: z.string().describe("The event's type."),
    state: z.enum(deliveryStates),
    url: z.string(),
    attempts: countSchema,
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Delivery', description: 'The sending of one event to one receiver.' }) satisfies z.ZodType<Delivery>;

/** Why a delivery ended undelivered. */
export const deliveryErrorSchema = z
  .strictObject({
    code: z.enum([...jobErrorCodeSchema.options, 'payload_expunged', 'endpoint_deleted']),
    message: z.string(),
    retryable: z.boolean().exactOptional(),
  })
  .meta({ description: 'Why a delivery failed.' }) satisfies z.ZodType<DeliveryError>;

/** What `jobs.attempts` answers. */
export const jobAttemptsSchema = z
  .strictObject({
    attempts: z.array(attemptSchema),
    deliveries: z.array(deliverySchema.extend({ tries: z.array(attemptSchema).describe('Its attempts, in order.') })),
    policy: policySchema,
  })
  .meta({
    id: 'JobAttempts',
    description: 'The history of a job, and the policy that decided.',
  }) satisfies z.ZodType<JobAttempts>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type AttemptSchemasAreExact = [
  Exact<z.infer<typeof outcomeKindSchema>, OutcomeKind>,
  Exact<z.infer<typeof timingsSchema>, Timings>,
  Exact<z.infer<typeof decisionInputsSchema>, DecisionInputs>,
  Exact<z.infer<typeof decisionSchema>, Decision>,
  Exact<z.infer<typeof attemptSchema>, Attempt>,
  Exact<z.infer<typeof deliverySchema>, Delivery>,
  Exact<z.infer<typeof deliveryErrorSchema>, DeliveryError>,
  Exact<z.infer<typeof jobAttemptsSchema>, JobAttempts>,
];
