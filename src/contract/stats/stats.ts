import { z } from 'zod';
import type { QuotaName } from '#src/domain/quota/quota.ts';
import { type StatRange, type StatSpan, statRanges } from './stat-range.ts';

/** Percentiles of a duration in milliseconds. They come from histogram buckets and are right to within a tenth. */
export type Percentiles = { p50: number; p95: number; p99: number };

/**
 * One step of a chart. A count is what happened in the step; a gauge is the highest value measured in it. Times are ISO
 * 8601 UTC.
 */
export type StatPoint = {
  /** Start of the step. */
  at: string;
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Time from submission to end of the jobs that ended in the step; null: none did. */
  duration: Percentiles | null;
  delivered: number;
  /** Deliveries that failed for good. */
  deliveriesFailed: number;
  /**
   * Due jobs that waited (`queued`) and jobs that waited for a retry (`retrying`), at most 10,000 each; null: not
   * measured, because no worker was alive.
   */
  queued: number | null;
  retrying: number | null;
  /** Time that the oldest due job had waited; null: not measured. */
  oldestQueuedMs: number | null;
  /** Time from an event to the success of its first sending, of the deliveries that arrived in the step. */
  deliveryDuration: Percentiles | null;
  /** Deliveries that waited, at most 10,000, and the time since the event of the oldest; null: not measured. */
  deliveriesWaiting: number | null;
  oldestDeliveryMs: number | null;
};

/** Totals of a range. */
export type StatTotals = {
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Completed jobs as a share of completed and failed ones, 0 – 1; null: none ended. */
  successRate: number | null;
  duration: Percentiles | null;
  delivered: number;
  deliveriesFailed: number;
  /** Time from the creation of a delivery to its success. */
  deliveryDuration: Percentiles | null;
};

/** A count that stops at a limit, so that it never costs more than counting to that limit. */
export type CappedCount = { count: number; capped: boolean };

/** Jobs and deliveries that are open now. */
export type Backlog = {
  queued: CappedCount;
  /** Those of them that no pause holds: they wait for workers. */
  due: CappedCount;
  /** Those of them that wait until somebody ends a pause. */
  paused: CappedCount;
  retrying: CappedCount;
  scheduled: CappedCount;
  inProgress: CappedCount;
  /** Time since when the oldest due job has waited that no pause holds; null: none waits. */
  oldestQueuedAt: string | null;
  oldestQueuedJobId: string | null;
  /** Deliveries that are pending or wait for their next attempt. */
  deliveries: CappedCount;
  /** Those of them that have failed at least once. */
  deliveriesRetrying: CappedCount;
  /** Time of the event of the oldest waiting delivery; null: none waits. */
  oldestDeliveryAt: string | null;
  oldestDeliveryId: string | null;
};

/** Counts in the frame of every page. */
export type NowCounts = {
  inProgress: CappedCount;
  /** Endpoints that are disabled, or that have only failed since their last success. */
  troubledEndpoints: CappedCount;
};

/** A worker process. */
export type WorkerView = {
  id: string;
  name: string;
  /** State of the worker. `silent`: there was no heartbeat for longer than a living worker's interval. */
  state: 'alive' | 'draining' | 'silent';
  slots: number;
  inFlight: number;
  startedAt: string;
  heartbeatAt: string;
  /** Version of its program; null: it is from before workers said it. */
  version: string | null;
};

/** A host whose jobs failed in the range. Lists begin with the host that has the most failures. */
export type FailingHost = {
  host: string;
  failed: number;
  ended: number;
  /** The most frequent last outcome of the failed jobs: `503`, `timeout`, `blocked`, `connection_error`. */
  mostly: string | null;
};

/**
 * A receiver that is in trouble now: an endpoint that is disabled, fails or is late, or the URLs that jobs brought along
 * for their callbacks, those of one origin together. Lists begin with the receiver for which the most waits.
 */
export type TroubledReceiver = {
  /** Id of the endpoint; null for URLs of jobs. */
  endpointId: string | null;
  /** Name of the endpoint, or the origin of the URLs. */
  name: string;
  /** State of the receiver. `late`: it has not failed, but deliveries have waited for it for half a minute. */
  state: 'disabled' | 'failing' | 'paused' | 'late';
  /** The last answer: a status, or a word such as `timeout`; null: unknown. */
  lastAnswer: string | null;
  waiting: CappedCount;
  /** Time of the event of the oldest waiting delivery. */
  oldestWaitingAt: string | null;
  skipped: CappedCount;
  nextTryAt: string | null;
};

/** A problem that needs a person now. Lists begin with the most serious one. */
export type Alert =
  | { kind: 'no_workers'; since: string | null }
  | { kind: 'egress_down'; since: string }
  | {
      kind: 'callbacks_waiting';
      waiting: CappedCount;
      oldestAt: string;
      /** True if more wait than five minutes ago. */
      growing: boolean;
      /** Receiver for which the most waits. */
      worst: Pick<TroubledReceiver, 'endpointId' | 'name' | 'lastAnswer' | 'waiting'> | null;
    }
  | { kind: 'backlog_growing'; queued: CappedCount; oldestQueuedAt: string }
  | {
      /** Many of the jobs that ended, or of the attempts to deliver, failed in the last ten minutes. */
      kind: 'failure_rate';
      of: 'jobs' | 'callbacks';
      failed: number;
      total: number;
      since: string;
    }
  | {
      /** Nine tenths of a quota of the project are used, or all of it. */
      kind: 'quota_near';
      quota: QuotaName;
      used: number;
      limit: number;
      /** Time at which the count begins anew; null: it does not. */
      resetsAt: string | null;
    }
  | {
      /** A certificate of an endpoint or an upstream has ended, or ends soon. */
      kind: 'certificate_ends';
      of: 'endpoint' | 'upstream';
      id: string;
      name: string;
      subject: string;
      endsAt: string;
    }
  | { kind: 'endpoint_disabled'; endpointId: string; name: string; reason: string; at: string; skipped: CappedCount };

/** Answer of `stats.overview`. */
export type Overview = {
  /** The usual range that was asked for; null: limits were given. */
  range: StatRange | null;
  from: string;
  /** End of the range. If it is the present time by the database's clock, the last point is not complete yet. */
  to: string;
  /** Length of one point. Points begin at multiples of it since 1970, UTC. */
  stepSeconds: number;
  totals: StatTotals;
  /** Totals of the same number of whole steps before the range. */
  previous: StatTotals;
  points: StatPoint[];
  backlog: Backlog;
  workers: WorkerView[];
  failingHosts: FailingHost[];
  troubledReceivers: TroubledReceiver[];
  alerts: Alert[];
};

/** One step of an endpoint's chart. */
export type EndpointPoint = { at: string; delivered: number; failed: number; failedTries: number };

/** Answer of `stats.endpoint`. */
export type EndpointStats = {
  range: StatRange | null;
  from: string;
  to: string;
  stepSeconds: number;
  delivered: number;
  failed: number;
  /** Duration of the attempts that were answered. */
  tryDuration: Percentiles | null;
  points: EndpointPoint[];
  waiting: CappedCount;
  oldestWaitingAt: string | null;
  skipped: CappedCount;
  lastFailure: { at: string; answer: string } | null;
};

/** How one endpoint of a list does: what waits for it now, and its deliveries of the last 24 h. */
export type EndpointGlance = {
  id: string;
  waiting: CappedCount;
  oldestWaitingAt: string | null;
  skipped: CappedCount;
  delivered: number;
  failed: number;
  /** Failed attempts in each of the last 48 half hours, oldest first. */
  failedTries: number[];
  /** The last failed answer: a status, or the word for what came instead; null: there was none. */
  lastFailure: string | null;
};

/** Answer of `stats.endpoints`. */
export type EndpointGlances = { endpoints: EndpointGlance[] };

const instant = z.iso.datetime({ offset: true });
const range = z.enum(statRanges).optional();

/** Says what is wrong with a time span; null if nothing is. */
function spanProblem(span: { range?: unknown; from?: unknown; to?: unknown }): string | null {
  const limits = [span.from, span.to].filter((limit) => limit !== undefined).length;
  if (span.range !== undefined) return limits === 0 ? null : 'give a range, or from and to, not both';
  return limits === 2 ? null : 'give a range, or both from and to';
}

/** Fields of a time span in an input, for `asSpan`. */
export const spanFields = { range, from: instant.optional(), to: instant.optional() };

/** Reads a time span, and says what is wrong with it. */
export function asSpan<Input extends { range?: unknown; from?: unknown; to?: unknown }>(
  input: Input,
  ctx: z.RefinementCtx,
) {
  const problem = spanProblem(input);
  if (problem !== null) ctx.addIssue({ code: 'custom', message: problem });
  return input as Omit<Input, 'range' | 'from' | 'to'> & StatSpan;
}

/** Checks the input of `stats.overview`. */
export const overviewInput = z.strictObject(spanFields).transform(asSpan);

/** Checks the input of `stats.endpoint`. */
export const endpointStatsInput = z.strictObject({ id: z.string().max(100), ...spanFields }).transform(asSpan);
