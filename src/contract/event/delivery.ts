import { z } from 'zod';
import type { Attempt, Delivery, JobPage } from '#src/contract/job/job.ts';
import { pageInput } from '#src/contract/job/job-filter-input.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import type { DeliveryError } from '#src/domain/decide/decision.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';

/** A row of `deliveries.list`. Times are ISO 8601 UTC. */
export type DeliverySummary = Delivery & {
  /** Job that the event is about; null if it is about no job. */
  jobId: string | null;
  /** Endpoint that receives the event; null for a callback to a URL given with the job. */
  endpointId: string | null;
  /** Status that the last attempt was answered with; null if there was no answer. */
  status: number | null;
  /** Reason why the delivery failed; null if it did not. */
  error: DeliveryError | null;
};

/** A page of `deliveries.list`, newest first. Its cursors and `searchedTo` work as in a `JobPage`. */
export type DeliveryPage = { deliveries: DeliverySummary[] } & Omit<JobPage, 'jobs'>;

/** Answer of `deliveries.get`: a delivery with all its attempts, also those made before it was sent again. */
export type DeliveryView = DeliverySummary & {
  /** Headers with secret values masked. For an endpoint they are its present headers. */
  headers: Record<string, string>;
  payload: 'full' | 'thin';
  /** Delays between attempts, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns after which the delivery gets no more attempts. 410 always counts. */
  giveUpOn: string[];
  /** Attempts in order. Response headers are masked, and the first 16 KiB of a response body are kept. */
  tries: Attempt[];
};

/** Filters and paging of `deliveries.list`, newest first. A delivery must match all given filters. */
export type DeliveryListInput = {
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of a page; it asks for the older rows. */
  cursor?: string | undefined;
  /** `previousCursor` of a page; it asks for the page of newer rows next to it. Not together with `cursor`. */
  before?: string | undefined;
  state?: DeliveryState | DeliveryState[] | undefined;
  endpointId?: string | undefined;
  jobId?: string | undefined;
  /** The exact type of the event: `job.failed`. */
  type?: string | undefined;
  /** Instants in ISO 8601: deliveries created at or after `from` and before `to`. */
  from?: string | undefined;
  to?: string | undefined;
};

const instant = z.iso.datetime({ offset: true });
const id = z.string().max(readLimits.idLength);

/** Checks a `DeliveryListInput`. */
export const deliveryListInput = z.strictObject({
  ...pageInput,
  state: z
    .union([z.enum(deliveryStates), z.array(z.enum(deliveryStates)).max(deliveryStates.length)])
    .optional()
    .describe('One of several.'),
  endpointId: id.optional().describe('To this endpoint.'),
  jobId: id.optional().describe('About this job.'),
  type: storableText(64).min(1).optional().describe("The event's type, exactly: `job.failed`."),
  from: instant.optional().describe('Created at or after.'),
  to: instant.optional().describe('Created before.'),
}) satisfies z.ZodType<DeliveryListInput, DeliveryListInput>;
