import { z } from 'zod';
import { type StatRange, statRanges } from './stat-range.ts';

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
  /** Delivered deliveries as a share of delivered and failed ones, 0 – 1; null: none ended. */
  deliveryRate: number | null;
  /** Time from the creation of a delivery to its success. */
  deliveryDuration: Percentiles | null;
};

/** A count that stops at a limit, so that it never costs more than counting to that limit. */
export type CappedCount = { count: number; capped: boolean };

/** Jobs and deliveries that are open now. */
export type Backlog = {
  queued: CappedCount;
  retrying: CappedCount;
  scheduled: CappedCount;
  inProgress: CappedCount;
  /** Time since when the oldest due job has waited; null: none waits. */
  oldestQueuedAt: string | null;
  oldestQueuedJobId: string | null;
  /** Deliveries that are pending or wait for their next attempt. */
  deliveries: CappedCount;
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
};

/** A host whose jobs failed in the range. Lists begin with the host that has the most failures. */
export type FailingHost = {
  host: string;
  failed: number;
  ended: number;
  /** The most frequent last outcome of the failed jobs: `503`, `timeout`, `blocked`, `connection_error`. */
  mostly: string | null;
};

/** An endpoint that is disabled or failing now. */
export type FailingEndpoint = {
  id: string;
  name: string;
  state: 'disabled' | 'failing' | 'paused';
  /** The last answer: a status, or a word such as `timeout`; null: unknown. */
  lastAnswer: string | null;
  waiting: CappedCount;
  skipped: CappedCount;
  nextTryAt: string | null;
};

/** A problem that needs a person now. Lists begin with the most serious one. */
export type Alert =
  | { kind: 'no_workers'; since: string | null }
  | { kind: 'endpoint_disabled'; endpointId: string; name: string; reason: string; at: string; skipped: CappedCount }
  | { kind: 'backlog_growing'; queued: CappedCount; oldestQueuedAt: string }
  | { kind: 'egress_down'; since: string };

/** Answer of `stats.overview`. */
export type Overview = {
  range: StatRange;
  from: string;
  /** The present time by the database's clock. The last point is not complete yet. */
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
  failingEndpoints: FailingEndpoint[];
  alerts: Alert[];
};

/** One step of an endpoint's chart. */
export type EndpointPoint = { at: string; delivered: number; failed: number; failedTries: number };

/** Answer of `stats.endpoint`. */
export type EndpointStats = {
  range: StatRange;
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
  /** Failed tries in each of the last 48 half hours, oldest first. */
  failedTries: number[];
  /** The last failed answer: a status, or the word for what came instead; null: there was none. */
  lastFailure: string | null;
};

/** Answer of `stats.endpoints`. */
export type EndpointGlances = { endpoints: EndpointGlance[] };

/** Checks the input of `stats.overview`. */
export const overviewInput = z.strictObject({ range: z.enum(statRanges) });

/** Checks the input of `stats.endpoint`. */
export const endpointStatsInput = z.strictObject({ id: z.string().max(100), range: z.enum(statRanges) });
