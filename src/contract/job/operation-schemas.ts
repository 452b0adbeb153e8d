import { z } from 'zod';
import { deliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { countSchema, type Exact, idSchema, instantSchema } from '#src/contract/event/event-schemas-job.ts';
import { errorCodeSchema } from '#src/contract/shape/error-schema.ts';
import { jobFilterInput } from './job-filter-input.ts';
import {
  type DeliveryOperationInput,
  type JobOperationInput,
  type Operation,
  type OperationError,
  type OperationPage,
  operationKinds,
  operationStates,
  type ResendOperationInput,
} from './operation.ts';

/** What an operation on an endpoint's deliveries was started with. */
export const deliveryOperationInputSchema = z
  .strictObject({
    endpointId: idSchema('end'),
    since: instantSchema,
    includeSkipped: z.boolean(),
    perSecond: z.number(),
    jobs: z.undefined().optional(),
    deliveries: z.undefined().optional(),
  })
  .meta({
    description: "What an operation on an endpoint's deliveries was started with.",
  }) satisfies z.ZodType<DeliveryOperationInput>;

/** What an operation on jobs was started with. */
export const jobOperationInputSchema = z
  .strictObject({
    jobs: z.union([
      z.strictObject({ picked: countSchema.describe('How many were named.'), filter: z.undefined().optional() }),
      z.strictObject({ filter: jobFilterInput, picked: z.undefined().optional() }),
    ]),
    perSecond: z.number(),
    deliveries: z.undefined().optional(),
  })
  .meta({ description: 'What an operation on jobs was started with.' }) satisfies z.ZodType<JobOperationInput>;

/** What an operation on deliveries of any receiver was started with. */
export const resendOperationInputSchema = z
  .strictObject({
    deliveries: z.union([
      z.strictObject({ picked: countSchema.describe('How many were named.'), filter: z.undefined().optional() }),
      z.strictObject({ filter: deliveryFilterInput, picked: z.undefined().optional() }),
    ]),
    perSecond: z.number(),
    jobs: z.undefined().optional(),
  })
  .meta({ description: 'What an operation on deliveries was started with.' }) satisfies z.ZodType<ResendOperationInput>;

/** Why one of an operation's jobs or deliveries could not be dealt with. */
export const operationErrorSchema = z
  .strictObject({ id: z.string(), code: errorCodeSchema, message: z.string() })
  .meta({ description: 'Why a job or a delivery could not be dealt with.' }) satisfies z.ZodType<OperationError>;

/** A bulk action in the background. */
export const operationSchema = z
  .strictObject({
    id: idSchema('op'),
    kind: z.enum(operationKinds),
    state: z.enum(operationStates),
    input: z.union([deliveryOperationInputSchema, jobOperationInputSchema, resendOperationInputSchema]),
    total: countSchema.describe('How many it found at its start.'),
    totalCapped: z.boolean().describe('True: there may be more than `total`.'),
    done: countSchema,
    failed: countSchema,
    errors: z.array(operationErrorSchema).describe('The first twenty.'),
    createdBy: z.string().describe('The id of the API key, or of the user, that started it.'),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Operation', description: 'A bulk action in the background.' }) satisfies z.ZodType<Operation>;

/** A page of operations. */
export const operationPageSchema = z
  .strictObject({
    operations: z.array(operationSchema),
    nextCursor: z.string().nullable().describe('Pass it on as `cursor` for what is older; null: nothing is.'),
  })
  .meta({ id: 'OperationPage', description: 'A page of operations, newest first.' }) satisfies z.ZodType<OperationPage>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type OperationSchemasAreExact = [
  Exact<z.infer<typeof operationErrorSchema>, OperationError>,
  Exact<Required<z.infer<typeof deliveryOperationInputSchema>>, Required<DeliveryOperationInput>>,
  Exact<Required<z.infer<typeof jobOperationInputSchema>>, Required<JobOperationInput>>,
  Exact<Required<z.infer<typeof resendOperationInputSchema>>, Required<ResendOperationInput>>,
  Exact<Required<z.infer<typeof operationSchema>>, Required<Operation>>,
  Exact<Required<z.infer<typeof operationPageSchema>>, Required<OperationPage>>,
];
