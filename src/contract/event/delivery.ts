import { z } from 'zod';
import type { Attempt, Delivery, JobPage } from '#src/contract/job/job.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import type { DeliveryError } from '#src/domain/decide/decision.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';

/** A row of `deliveries.list`. Times are ISO 8601 UTC. */
export type DeliverySummary = Delivery & {
  /** Null for an event that is about no job. */
  jobId: string | null;
  /** Null for a callback to a URL given with the job. */
  endpointId: string | null;
  /** What the last try was answered with, if anything. */
  status: number | null;
  /** Why it failed, when it did. */
  error: DeliveryError | null;
};

/** A page of `deliveries.list`, newest first; cursors and `searchedTo` as those of a `JobPage`. */
export type DeliveryPage = { deliveries: DeliverySummary[] } & Omit<JobPage, 'jobs'>;

/** What `deliveries.get` answers: a delivery with every try, also those from before it was sent again. */
export type DeliveryView = DeliverySummary & {
  /** As given, values that are secrets masked; to an endpoint those that it has now. */
  headers: Record<string, string>;
  payload: 'full' | 'thin';
  /** Delays between tries in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Answers after which it is not tried again, as patterns. 410 always is one. */
  giveUpOn: string[];
  /** In order; an answer's headers are masked, and of its body the first 16 KiB are kept. */
  tries: Attempt[];
};

/** Filters and paging of `deliveries.list`; all given filters must hold. Newest first. */
export type DeliveryListInput = {
  /** 1 – 100, default 20. */
  limit?: number | undefined;
  /** `nextCursor` of a page: what is older. */
  cursor?: string | undefined;
  /** `previousCursor` of a page: what is newer, next to it. Not together with `cursor`. */
  before?: string | undefined;
  state?: DeliveryState | DeliveryState[] | undefined;
  endpointId?: string | undefined;
  jobId?: string | undefined;
  /** The event's type, exactly: `job.failed`. */
  type?: string | undefined;
  /** Created at or after / before, ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
};

const instant = z.iso.datetime({ offset: true });
const id = z.string().max(readLimits.idLength);

/** Checks a `DeliveryListInput`. */
export const deliveryListInput = z.strictObject({
  limit: z.int().min(1).max(readLimits.pageSize.max).optional(),
  cursor: z.string().max(readLimits.cursorLength).optional(),
  before: z.string().max(readLimits.cursorLength).optional(),
  state: z.union([z.enum(deliveryStates), z.array(z.enum(deliveryStates)).max(deliveryStates.length)]).optional(),
  endpointId: id.optional(),
  jobId: id.optional(),
  type: storableText(64).min(1).optional(),
  from: instant.optional(),
  to: instant.optional(),
}) satisfies z.ZodType<DeliveryListInput, DeliveryListInput>;
