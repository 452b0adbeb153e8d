import type { EndpointPoint, FailingHost, Percentiles, StatPoint, StatTotals } from '#src/contract/stats/stats.ts';
import { type Histogram, quantiles } from '#src/domain/stats/histogram.ts';
import { addCounts, addHosts, type HostSums, type StatCounts, worstHosts } from '#src/domain/stats/stat-counts.ts';
import { type StatWindow, stepStart } from '#src/domain/stats/stat-steps.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import type { StatRow } from '#src/store/stats/stat-rows.ts';

/** Counts by the steps of a window. `previous` sums the range before the window. Counts outside both are left out. */
export type Steps = {
  steps: { atMs: number; counts: StatCounts; measured: boolean }[];
  totals: StatCounts;
  previous: StatCounts;
};

/** Sorts rows into the steps of a window. */
export function toSteps(rows: StatRow[], window: StatWindow): Steps {
  const steps = window.starts.map((atMs) => ({ atMs, counts: {} as StatCounts, measured: false }));
  const byStart = new Map(steps.map((step) => [step.atMs, step]));
  const totals: StatCounts = {};
  const previous: StatCounts = {};
  for (const { atMs, measured, counts } of rows) {
    const step = byStart.get(stepStart(atMs, window.stepMs / 1_000));
    if (measured) {
      if (step) step.measured = true;
      continue;
    }
    if (counts === null) continue;
    if (step) addCounts(step.counts, counts);
    if (step) addCounts(totals, counts);
    else if (atMs >= window.previousFromMs && atMs < window.fromMs) addCounts(previous, counts);
  }
  return { steps, totals, previous };
}

/** Returns a step as a point of a project's chart. Its gauges are null if nothing was measured in the step. */
export function statPoint({ atMs, counts, measured }: Steps['steps'][number]): StatPoint {
  return {
    at: new Date(atMs).toISOString(),
    submitted: counts.submitted ?? 0,
    completed: counts.completed ?? 0,
    failed: counts.failed ?? 0,
    cancelled: counts.cancelled ?? 0,
    duration: percentiles(counts.duration),
    delivered: counts.delivered ?? 0,
    deliveriesFailed: counts.deliveriesFailed ?? 0,
    queued: measured ? cappedCount(counts.queued ?? 0).count : null,
    retrying: measured ? cappedCount(counts.retrying ?? 0).count : null,
    oldestQueuedMs: measured ? (counts.oldestQueuedMs ?? 0) : null,
    deliveryDuration: percentiles(counts.deliveryDuration),
    deliveriesWaiting: measured ? cappedCount(counts.deliveriesWaiting ?? 0).count : null,
    oldestDeliveryMs: measured ? (counts.oldestDeliveryMs ?? 0) : null,
  };
}

/** Returns a step as a point of an endpoint's chart. */
export function endpointPoint({ atMs, counts }: Steps['steps'][number]): EndpointPoint {
  return {
    at: new Date(atMs).toISOString(),
    delivered: counts.delivered ?? 0,
    failed: counts.deliveriesFailed ?? 0,
    failedTries: counts.failedTries ?? 0,
  };
}

/** Returns counts as the totals of a range. A rate is null if nothing has ended. */
export function statTotals(counts: StatCounts): StatTotals {
  const { submitted = 0, completed = 0, failed = 0, cancelled = 0, delivered = 0, deliveriesFailed = 0 } = counts;
  return {
    submitted,
    completed,
    failed,
    cancelled,
    successRate: share(completed, failed),
    duration: percentiles(counts.duration),
    delivered,
    deliveriesFailed,
    deliveryDuration: percentiles(counts.deliveryDuration),
  };
}

function share(good: number, bad: number): number | null {
  return good + bad === 0 ? null : good / (good + bad);
}

/** Returns the percentiles of a histogram in milliseconds; null if it is empty. */
export function percentiles(histogram: Histogram | undefined): Percentiles | null {
  const [p50, p95, p99] = quantiles(histogram ?? {}, [0.5, 0.95, 0.99]) ?? [];
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
}

/** Returns at most `limit` hosts whose jobs failed in the window, the one with the most failures first. */
export function failingHosts(rows: StatRow[], window: StatWindow, limit: number): FailingHost[] {
  const hosts: HostSums = new Map();
  for (const row of rows) if (row.hosts !== null && row.atMs >= window.fromMs) addHosts(hosts, row.hosts);
  return worstHosts(hosts, limit).flatMap(([host, { failed, ended, outcomes }]) =>
    failed === 0 ? [] : [{ host, failed, ended, mostly: outcomes[0]?.[0] ?? null }],
  );
}
