import { addDuration, type Histogram } from '#src/domain/stats/histogram.ts';
import type { HostEntries, StatCounts } from '#src/domain/stats/stat-counts.ts';
import { statSteps, stepStart } from '#src/domain/stats/stat-steps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { storeStatBuckets } from '#src/store/stats/stat-rows.ts';

const hostsKept = 100;

/**
 * Writes every step that is kept, each with as much data as possible: a hundred hosts, and durations from milliseconds
 * to minutes.
 */
export async function seedStatistics(
  run: Tx['run'],
  { projectId, endpointId, nowMs }: { projectId: string; endpointId: string; nowMs: number },
): Promise<void> {
  for (const { seconds, keptSeconds } of statSteps) {
    const last = stepStart(nowMs, seconds);
    const starts = Array.from(
      { length: Math.floor(keptSeconds / seconds) },
      (_, index) => last - index * seconds * 1_000,
    );
    const buckets = starts.flatMap((atMs, index) => [
      { scopeId: projectId, step: seconds, atMs, counts: projectCounts(index), hosts: hosts(index) },
      { scopeId: endpointId, step: seconds, atMs, counts: endpointCounts(index), hosts: null },
    ]);
    await storeStatBuckets({ run } as Tx, buckets);
  }
}

function projectCounts(index: number): StatCounts {
  return {
    ...endpointCounts(index),
    submitted: 1_000 + (index % 7) * 30,
    completed: 950 + (index % 5) * 20,
    failed: 20 + (index % 11),
    cancelled: index % 3,
    duration: durations(),
    deliveryDuration: durations(),
    queued: index % 40,
    retrying: index % 20,
    oldestQueuedMs: (index % 30) * 100,
    deliveriesWaiting: index % 50,
    oldestDeliveryMs: (index % 60) * 1_000,
    measuredAt: 1,
  };
}

function endpointCounts(index: number): StatCounts {
  return { delivered: 900, deliveriesFailed: index % 4, failedTries: index % 9, tryDuration: durations() };
}

function durations(): Histogram {
  const histogram: Histogram = {};
  for (let ms = 1; ms < 600_000; ms *= 1.09) addDuration(histogram, ms);
  return histogram;
}

function hosts(index: number): HostEntries {
  return Array.from({ length: hostsKept }, (_, host) => [
    `api-${host}.example.com`,
    {
      ended: 100,
      failed: (host + index) % 13,
      outcomes: [
        ['503', 5],
        ['timeout', 3],
        ['429', 2],
      ],
    },
  ]);
}
