import { addHistogram, type Histogram } from './histogram.ts';

/** Events of jobs and deliveries that add up. */
const sums = [
  'submitted',
  'completed',
  'failed',
  'cancelled',
  'delivered',
  'deliveriesFailed',
  /** Tries of deliveries; neither interrupted ones nor those that our own way out failed. */
  'failedTries',
] as const;

const histograms = ['duration', 'deliveryDuration', 'tryDuration'] as const;

/** Readings of which the highest counts. */
const gauges = [
  'queued',
  'retrying',
  'oldestQueuedMs',
  /** When readings were taken, in epoch milliseconds: a project without one had nothing that waited then. */
  'measuredAt',
] as const;

/** What happened to a project or an endpoint in some time; what is left out did not happen, or was not measured. */
export type StatCounts = Partial<
  Record<(typeof sums)[number] | (typeof gauges)[number], number> & Record<(typeof histograms)[number], Histogram>
>;

/** Ended jobs of one host. `outcomes`: the last outcome of those that failed → how many. */
export type HostCounts = { ended: number; failed: number; outcomes: [outcome: string, count: number][] };

/** By host. Entries, not an object: a host may be called `__proto__`. */
export type HostEntries = [host: string, counts: HostCounts][];

/** Kept of a host's outcomes, the most frequent. */
const maxOutcomes = 8;

/** Adds what happened in one part to the whole: counts are summed, of gauges the highest stays. */
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

/** What of it can be added up for ever: the sums and histograms, without the readings. */
export function lasting(counts: StatCounts): StatCounts {
  return Object.fromEntries(
    [...sums, ...histograms].flatMap((name) => (counts[name] === undefined ? [] : [[name, counts[name]]])),
  );
}

/** Sums of hosts, while they are being added up. */
export type HostSums = Map<string, { ended: number; failed: number; outcomes: Map<string, number> }>;

/** Adds ended jobs by host to those known. */
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
 * The hosts with the most failures, and of those without any the busiest, with their most frequent outcomes first: so many
 * are kept and no more.
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

/** What one transaction has made to be counted, for one project. */
export type StatDelta = {
  totals: StatCounts;
  hosts?: HostEntries;
  endpoints?: [endpointId: string, counts: StatCounts][];
};

/** What was counted for a project or an endpoint in one step. */
export type StatBucket = { counts: StatCounts; hosts: HostEntries | null };
