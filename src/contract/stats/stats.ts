import { z } from 'zod';
import { type StatRange, statRanges } from './stat-range.ts';

/** A time distribution in milliseconds; percentiles are read from buckets and right to within a tenth. */
export type Percentiles = { p50: number; p95: number; p99: number };

/** One step of a chart. Counts are of what happened in the step; gauges are the highest seen in it. Times are ISO 8601 UTC. */
export type StatPoint = {
  /** The beginning of the step. */
  at: string;
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** From submission to end, of the jobs that ended in the step; null: none did. */
  duration: Percentiles | null;
  delivered: number;
  /** Deliveries that were given up. */
  deliveriesFailed: number;
  /** Jobs that were due and waited, and that waited for a retry, at most 10,000; null: not measured, no worker was alive. */
  queued: number | null;
  retrying: number | null;
  /** How long the oldest due job had waited; null: not measured. */
  oldestQueuedMs: number | null;
};

/** What happened in a range altogether. */
export type StatTotals = {
  submitted: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Completed of completed and failed, 0 – 1; null: none ended. */
  successRate: number | null;
  duration: Percentiles | null;
  delivered: number;
  deliveriesFailed: number;
  /** Delivered of delivered and given up, 0 – 1; null: none ended. */
  deliveryRate: number | null;
  /** From a delivery's making to its arrival. */
  deliveryDuration: Percentiles | null;
};

/** A count that stops at a limit, so that it never costs more than counting that far. */
export type CappedCount = { count: number; capped: boolean };

/** What waits now. */
export type Backlog = {
  queued: CappedCount;
  retrying: CappedCount;
  scheduled: CappedCount;
  inProgress: CappedCount;
  /** Since when the oldest due job has waited; null: none waits. */
  oldestQueuedAt: string | null;
  oldestQueuedJobId: string | null;
  /** Deliveries that are pending or wait for their next try. */
  deliveries: CappedCount;
};

/** What the frame of every page counts. */
export type NowCounts = {
  inProgress: CappedCount;
  /** Endpoints that are disabled, or have done nothing but fail since their last success. */
  troubledEndpoints: CappedCount;
};

/** A process that makes requests. */
export type WorkerView = {
  id: string;
  name: string;
  /** `silent`: no heartbeat for longer than a living worker lets pass. */
  state: 'alive' | 'draining' | 'silent';
  slots: number;
  inFlight: number;
  startedAt: string;
  heartbeatAt: string;
};

/** A host whose jobs failed in the range, the worst first. */
export type FailingHost = {
  host: string;
  failed: number;
  ended: number;
  /** The most frequent last outcome of those that failed: `503`, `timeout`, `blocked`, `connection_error`. */
  mostly: string | null;
};

/** An endpoint that is disabled or fails now. */
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

/** What needs a person now, the gravest first. */
export type Alert =
  | { kind: 'no_workers'; since: string | null }
  | { kind: 'endpoint_disabled'; endpointId: string; name: string; reason: string; at: string; skipped: CappedCount }
  | { kind: 'backlog_growing'; queued: CappedCount; oldestQueuedAt: string }
  | { kind: 'egress_down'; since: string };

/** What `stats.overview` answers. */
export type Overview = {
  range: StatRange;
  from: string;
  /** The present, by the database's clock: the last point is still under way. */
  to: string;
  /** The length of one point; points begin at its multiples since 1970, UTC. */
  stepSeconds: number;
  totals: StatTotals;
  /** As many whole steps before. */
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

/** What `stats.endpoint` answers. */
export type EndpointStats = {
  range: StatRange;
  from: string;
  to: string;
  stepSeconds: number;
  delivered: number;
  failed: number;
  /** How long tries took that were answered. */
  tryDuration: Percentiles | null;
  points: EndpointPoint[];
  waiting: CappedCount;
  oldestWaitingAt: string | null;
  skipped: CappedCount;
  lastFailure: { at: string; answer: string } | null;
};

/** Checks the input of `stats.overview`. */
export const overviewInput = z.strictObject({ range: z.enum(statRanges) });

/** Checks the input of `stats.endpoint`. */
export const endpointStatsInput = z.strictObject({ id: z.string().max(100), range: z.enum(statRanges) });
