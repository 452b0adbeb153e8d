import { z } from 'zod';
import { pageInput } from '#src/contract/job/job-filter-input.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { isDeliveryStatus } from './delivery-words.ts';

/** Filters of deliveries. A delivery must match all given filters. */
export type DeliveryFilterInput = {
  /** State of the delivery, or several states of which it has one. */
  state?: DeliveryState | DeliveryState[] | undefined;
  endpointId?: string | undefined;
  /** Endpoint that it goes to: its name as it is now, or its id, also of one that is deleted. */
  endpoint?: string | undefined;
  jobId?: string | undefined;
  /** The exact type of the event: `job.failed`. */
  type?: string | undefined;
  /** Status of the last answer: `404`, or a class such as `5xx`. Or a word for a failure, such as `timeout`. */
  status?: number | string | undefined;
  /**
   * Part of the URL or of the endpoint's name, in any case; or the whole id of a delivery, an event, an attempt, an
   * endpoint, a job or a response.
   */
  text?: string | undefined;
  /** Instants in ISO 8601: deliveries created at or after `from` and before `to`. */
  from?: string | undefined;
  to?: string | undefined;
  /** Instants in ISO 8601: deliveries that ended at or after `endedFrom` and before `endedTo`. */
  endedFrom?: string | undefined;
  endedTo?: string | undefined;
  /** Instants in ISO 8601: deliveries of which an attempt failed at or after the first and before the second. */
  attemptFailedFrom?: string | undefined;
  attemptFailedTo?: string | undefined;
  /** Kind of failure, as `stats.failures` names it: `api.example.com 503:5xx`. */
  failure?: string | undefined;
  /** Origin of URLs that jobs brought along for their callbacks, such as `https://app.example.com`. */
  origin?: string | undefined;
  /** Operation that sent the deliveries again. */
  operation?: string | undefined;
};

/** Filters and paging of `deliveries.list`, newest first. A delivery must match all given filters. */
export type DeliveryListInput = DeliveryFilterInput & {
  /** Page size, 1 – 100. Default 20. */
  limit?: number | undefined;
  /** `nextCursor` of a page; it asks for the older rows. */
  cursor?: string | undefined;
  /** `previousCursor` of a page; it asks for the page of newer rows next to it. Not together with `cursor`. */
  before?: string | undefined;
};

/**
 * Answer of `deliveries.counts`: the number of deliveries that a filter finds, by state, open ones together (pending, in
 * progress and retrying), and in total.
 */
export type DeliveryCounts = { counts: Record<DeliveryState, CappedCount>; open: CappedCount; all: CappedCount };

/** Deliveries that a bulk action is for: a list of ids, or all deliveries that a filter finds. */
export type DeliverySelection =
  | { ids: string[]; filter?: undefined }
  | {
      ids?: undefined;
      /** Filter over the deliveries that had ended before the action started. It must not be empty. */
      filter: DeliveryFilterInput;
    };

const instant = z.iso.datetime({ offset: true });
const id = z.string().max(readLimits.idLength);
const status = z.string().refine(isDeliveryStatus, {
  error: 'must be a status such as 404, a class such as 5xx, or a word such as timeout, blocked or connection_error',
});

/** Checks a `DeliveryFilterInput`. */
export const deliveryFilterInput = z.strictObject({
  state: z
    .union([z.enum(deliveryStates), z.array(z.enum(deliveryStates)).max(deliveryStates.length)])
    .optional()
    .describe('One of several.'),
  endpointId: id.optional().describe('To this endpoint.'),
  endpoint: storableText(readLimits.idLength)
    .min(1)
    .optional()
    .describe('To this endpoint: its name as it is now, or its id.'),
  jobId: id.optional().describe('About this job.'),
  type: storableText(64).min(1).optional().describe("The event's type, exactly: `job.failed`."),
  status: z
    .union([z.int().min(100).max(999), status])
    .optional()
    .describe(
      "The last answer's status, `404`, or a class, `5xx`; or how the delivery, or its last attempt while it goes on, failed: `timeout`, `connection_error`.",
    ),
  text: storableText(readLimits.searchTextLength)
    .min(1)
    .optional()
    .describe(
      "Part of the URL or of the endpoint's name, whatever the case; or a whole id of a delivery, an event, an attempt, an endpoint, a job or a response.",
    ),
  from: instant.optional().describe('Created at or after.'),
  to: instant.optional().describe('Created before.'),
  endedFrom: instant.optional().describe('Ended at or after.'),
  endedTo: instant.optional().describe('Ended before.'),
  attemptFailedFrom: instant
    .optional()
    .describe('An attempt of it failed at or after; one that was interrupted did not fail.'),
  attemptFailedTo: instant.optional().describe('An attempt of it failed before.'),
  failure: storableText(readLimits.failureLength)
    .min(1)
    .optional()
    .describe('Failed in this way: host, cause and rule, as `api.example.com 503:5xx`.'),
  origin: storableText(readLimits.originLength)
    .regex(/^https?:\/\/[^/?#\s]+$/, 'must be an origin such as https://app.example.com, without a path')
    .optional()
    .describe('To a URL of this origin that the job brought along, not to an endpoint.'),
  operation: id.optional().describe('Sent again by this operation.'),
}) satisfies z.ZodType<DeliveryFilterInput, DeliveryFilterInput>;

/** Checks a `DeliveryListInput`. */
export const deliveryListInput = deliveryFilterInput.extend({
  ...pageInput,
}) satisfies z.ZodType<DeliveryListInput, DeliveryListInput>;

/** Checks the input of `deliveries.counts`: a filter without a state, because the answer counts by state. */
export const deliveryCountsInput = deliveryFilterInput.omit({ state: true });

/** Checks a `DeliverySelection`: at most 1,000 ids, or a filter that is not empty. */
export const deliverySelection = z.union([
  z.strictObject({
    ids: z.array(id).min(1).max(readLimits.idsAtOnce).describe('Those picked.'),
    filter: z.undefined().optional(),
  }),
  z.strictObject({
    ids: z.undefined().optional(),
    filter: deliveryFilterInput
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), 'the filter must not be empty')
      .describe('All that it finds when their turn comes, among those that had ended before. Never an empty filter.'),
  }),
]);
