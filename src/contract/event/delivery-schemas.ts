import { z } from 'zod';
import { attemptSchema, deliveryErrorSchema, deliverySchema } from '#src/contract/job/attempt-schemas.ts';
import { pageFields } from '#src/contract/job/job-schemas.ts';
import type { DeliveryPage, DeliverySummary, DeliveryView } from './delivery.ts';
import { type Exact, idSchema } from './event-schemas-job.ts';

/** A row of a list of deliveries. */
export const deliverySummarySchema = deliverySchema
  .extend({
    jobId: idSchema('job').nullable().describe('Null for an event that is about no job.'),
    endpointId: idSchema('end').nullable().describe('Null for a callback to a URL given with the job.'),
    endpointName: z.string().nullable().describe('Null without an endpoint, or if it was deleted.'),
    status: z.int().nullable().describe('What the last attempt was answered with, if anything.'),
    error: deliveryErrorSchema.nullable(),
    lastFailure: deliveryErrorSchema
      .omit({ retryable: true })
      .nullable()
      .describe('Why the last attempt failed, while the delivery goes on.'),
  })
  .meta({
    id: 'DeliverySummary',
    description: 'A delivery without its attempts.',
  }) satisfies z.ZodType<DeliverySummary>;

/** A page of deliveries. */
export const deliveryPageSchema = z
  .strictObject({ deliveries: z.array(deliverySummarySchema), ...pageFields })
  .meta({ id: 'DeliveryPage', description: 'A page of deliveries, newest first.' }) satisfies z.ZodType<DeliveryPage>;

/** A delivery with every attempt. */
export const deliveryViewSchema = deliverySummarySchema
  .extend({
    headers: z.record(z.string(), z.string()).describe('Secrets are masked; to an endpoint those that it has now.'),
    payload: z.enum(['full', 'thin']),
    scheduleSeconds: z
      .array(z.number())
      .nullable()
      .describe('Delays between attempts, in seconds; null: the default schedule.'),
    giveUpOn: z.array(z.string()).describe('Answers after which it is not tried again. 410 always is one.'),
    tries: z.array(attemptSchema).describe('Its attempts, in order.'),
  })
  .meta({ id: 'DeliveryView', description: 'A delivery with every attempt.' }) satisfies z.ZodType<DeliveryView>;

/** Checks at compile time that schemas and types agree in both directions, field by field. */
export type DeliverySchemasAreExact = [
  Exact<z.infer<typeof deliverySummarySchema>, DeliverySummary>,
  Exact<z.infer<typeof deliveryPageSchema>, DeliveryPage>,
  Exact<z.infer<typeof deliveryViewSchema>, DeliveryView>,
];
