import type { Attempt, Delivery, JobPage } from '#src/contract/job/job.ts';
import type { DeliveryError } from '#src/domain/decide/decision.ts';

/** A row of `deliveries.list`. Times are ISO 8601 UTC. */
export type DeliverySummary = Delivery & {
  /** Job that the event is about; null if it is about no job. */
  jobId: string | null;
  /** Endpoint that receives the event; null for a callback to a URL given with the job. */
  endpointId: string | null;
  /** Name of that endpoint; null without an endpoint, or if it was deleted. */
  endpointName: string | null;
  /** Status that the last attempt was answered with; null if there was no answer. */
  status: number | null;
  /** Reason why the delivery failed; null if it did not. */
  error: DeliveryError | null;
  /** Reason why the last attempt failed, while the delivery goes on; else null. */
  lastFailure: { code: DeliveryError['code']; message: string } | null;
};

/** A row of an export of deliveries. `flow` is the key of the job's flow. */
export type ExportedDelivery = DeliverySummary & { flow: string | null };

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
