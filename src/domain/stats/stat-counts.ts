import { addHistogram, type Histogram } from './histogram.ts';

/** Counts of jobs and deliveries that are summed. */
const sums = [
  'submitted',
  'completed',
  'failed',
  'cancelled',
  'delivered',
  'deliveriesFailed',
  /**
   * Failed attempts of deliveries. Interrupted attempts, and those that failed because our own network was down, are
   * not counted.
   */
  'failedTries',
] as const;

const histograms = ['duration', 'deliveryDuration', 'tryDuration'] as const;

/** Measurements of which the highest is kept. */
const gauges = [
  'queued',
  'retrying',
  'oldestQueuedMs',
  'deliveriesWaiting',
  'oldestDeliveryMs',
  /**
   * Time of the measurement, in epoch milliseconds. A project without measurements of that time had nothing that
   * waited.
   */
  'measuredAt',
] as const;

/** Counts of a project or an endpoint over some time. A missing count is zero, or was not measured. */
export type StatCounts = Partial<
  Record<(typeof sums)[number] | (typeof gauges)[number], number> & Record<(typeof histograms)[number], Histogram>
>;

/** Ended jobs of one host. `outcomes` holds each last outcome of the failed jobs with its count. */
export type HostCounts = { ended: number; failed: number; outcomes: [outcome: string, count: number][] };

/** Counts by host. They are entries and not an object, because a host may be called `__proto__`. */
export type HostEntries = [host: string, counts: HostCounts][];

/** Number of outcomes kept for a host, the most frequent ones. */
const maxOutcomes = 8;

/** Adds the counts of a part to the whole. Counts are summed; of a gauge the highest value stays. */
export function addCounts(whole: StatCounts, part: StatCounts): void {
  for (const name of sums) if (part[name] !== undefined) whole[name] = (whole[name] ?? 0) + part[name];
  for (const name of gauges) {
    const value = part[name];
    if (value !== undefined) whole[name] = Math.max(whole[name] ?? value, value);
  }
  for (const name of histograms) {
    const histogram = part[name];
    if (histogram === undefined) continue;
    whole[name] ??= {};
    addHistogram(whole[name], histogram);
  }
}

/** Returns the counts that can be added up without end: sums and histograms, without measurements. */
export function lasting(counts: StatCounts): StatCounts {
  return Object.fromEntries(
    [...sums, ...histograms].flatMap((name) => (counts[name] === undefined ? [] : [[name, counts[name]]])),
  );
}

/** Sums by host while they are being added up. */
export type HostSums = Map<string, { ended: number; failed: number; outcomes: Map<string, number> }>;

/** Adds ended jobs by host to the sums. */
export function addHosts(sums: HostSums, part: HostEntries): void {
  for (const [host, { ended, failed, outcomes }] of part) {
    let sum = sums.get(host);
    if (sum === undefined) {
      sum = { ended: 0, failed: 0, outcomes: new Map() };
      sums.set(host, sum);
    }
    sum.ended += ended;
    sum.failed += failed;
    for (const [outcome, count] of outcomes) sum.outcomes.set(outcome, (sum.outcomes.get(outcome) ?? 0) + count);
  }
}

/**
 * Returns at most `limit` hosts: those with the most failures first, then the busiest. Each host has its most frequent
 * outcomes first.
 */
export function worstHosts(sums: HostSums, limit: number): HostEntries {
  return [...sums]
    .sort(([a, one], [b, other]) => other.failed - one.failed || other.ended - one.ended || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([host, sum]) => {
      const outcomes = [...sum.outcomes].sort((a, b) => b[1] - a[1]).slice(0, maxOutcomes);
      return [host, { ended: sum.ended, failed: sum.failed, outcomes }];
    });
}

/** Counts of one transaction, for one project. */
export type StatDelta = {
  totals: StatCounts;
  hosts?: HostEntries;
  endpoints?: [endpointId: string, counts: StatCounts][];
};

/** Counts of a project or an endpoint in one step. */
export type StatBucket = { counts: StatCounts; hosts: HostEntries | null };
