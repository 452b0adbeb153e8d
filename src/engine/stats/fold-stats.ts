import {
  addCounts,
  addHosts,
  type HostSums,
  lasting,
  type StatBucket,
  type StatCounts,
  worstHosts,
} from '#src/domain/stats/stat-counts.ts';
import { everStep, statSteps, stepStart } from '#src/domain/stats/stat-steps.ts';
import type { Reads } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { readGauges } from '#src/store/stats/backlog.ts';
import {
  type BucketKey,
  type DeltaRow,
  lastMeasured,
  loadStatBuckets,
  lockFolding,
  noProject,
  storeStatBuckets,
  takeStatDeltas,
} from '#src/store/stats/stat-rows.ts';

const batch = 500;
const measureEveryMs = 10_000;
/** Number of hosts kept for a project in one step. The dashboard shows ten of them. */
const maxHosts = 100;

/**
 * Moves counts into the steps that charts are made of. Each delta is deleted in the transaction that adds it to a step,
 * and only one process does this at a time. With `measure` it also measures what waits, every ten seconds over
 * all workers. A delta that is committed behind the place where a run has come is left to the next run. Returns the
 * number of deltas moved.
 */
export async function foldStats(deps: Reads, options: { measure: boolean }): Promise<number> {
  let total = 0;
  for (let afterId = 0; ; ) {
    const taken = await deps.db.transaction(async (tx) => {
      if (!(await lockFolding(tx))) return 0;
      const readings = options.measure ? await measure(tx) : [];
      const deltas = await takeStatDeltas(tx, { afterId, limit: batch });
      await addToBuckets(tx, [...deltas, ...readings]);
      afterId = deltas.reduce((last, { id }) => Math.max(last, id), afterId);
      return deltas.length;
    });
    total += taken;
    if (taken < batch) return total;
  }
}

/** Returns the measurements of what waits in all projects; none if the last measurement is less than 9.5 s old. */
async function measure(tx: Tx): Promise<DeltaRow[]> {
  const { nowMs, measuredAtMs } = await lastMeasured(tx);
  // A measurement may be a little early, because the ticks of several workers are not at the same time.
  if (measuredAtMs !== null && nowMs - measuredAtMs < measureEveryMs - 500) return [];
  const at = new Date(nowMs);
  const gauges = await readGauges(tx);
  const age = (ms: number) => Math.max(0, Math.round(ms));
  const readings = gauges.map(
    ({ project_id, queued, retrying, deliveries, oldest_ms, oldest_delivery_ms }): DeltaRow => {
      const totals = {
        ...{ queued, retrying, deliveriesWaiting: deliveries },
        ...(oldest_ms !== null && { oldestQueuedMs: age(oldest_ms) }),
        ...(oldest_delivery_ms !== null && { oldestDeliveryMs: age(oldest_delivery_ms) }),
      };
      return { project_id, at, counts: { totals } };
    },
  );
  return [...readings, { project_id: noProject, at, counts: { totals: { measuredAt: nowMs } } }];
}

type Sum = { scopeId: string; isProject: boolean; atMs: number; counts: StatCounts; hosts: HostSums };

/** Sums deltas of the same minute and the same project or endpoint, so that each step gets them as one. */
function byMinute(deltas: DeltaRow[]): Sum[] {
  const sums = new Map<string, Sum>();
  const sumOf = (scopeId: string, atMs: number, isProject: boolean): Sum => {
    const key = `${scopeId} ${atMs}`;
    const sum = sums.get(key) ?? { scopeId, isProject, atMs, counts: {}, hosts: new Map() };
    sums.set(key, sum);
    return sum;
  };
  for (const { project_id: projectId, at, counts: delta } of deltas) {
    const atMs = stepStart(at.getTime(), statSteps[0].seconds);
    const sum = sumOf(projectId, atMs, projectId !== noProject);
    addCounts(sum.counts, delta.totals);
    addHosts(sum.hosts, delta.hosts ?? []);
    for (const [endpointId, counts] of delta.endpoints ?? []) addCounts(sumOf(endpointId, atMs, false).counts, counts);
  }
  return [...sums.values()];
}

type Bucket = BucketKey & { counts: StatCounts; hosts: HostSums };

function bucketOf(key: BucketKey, stored: StatBucket | undefined): Bucket {
  const hosts: HostSums = new Map();
  addHosts(hosts, stored?.hosts ?? []);
  return { ...key, counts: stored?.counts ?? {}, hosts };
}

const keyOf = (key: BucketKey) => `${key.scopeId} ${key.step} ${key.atMs}`;

/**
 * Returns the counts of a project's minute that go into its bucket for all time, which metrics are read from. Returns
 * null if there are none.
 */
function everOf({ scopeId, isProject, counts }: Sum) {
  const lasts = lasting(counts);
  if (!isProject || Object.keys(lasts).length === 0) return null;
  const key: BucketKey = { scopeId, step: everStep, atMs: 0 };
  return { text: keyOf(key), key, counts: lasts, hosts: [] };
}

async function addToBuckets(tx: Tx, deltas: DeltaRow[]): Promise<void> {
  const targets = byMinute(deltas).flatMap((sum) => {
    const hosts = worstHosts(sum.hosts, sum.hosts.size);
    const inSteps = statSteps.map(({ seconds: step }) => {
      const key: BucketKey = { scopeId: sum.scopeId, step, atMs: stepStart(sum.atMs, step) };
      return { text: keyOf(key), key, counts: sum.counts, hosts };
    });
    const ever = everOf(sum);
    return ever === null ? inSteps : [...inSteps, ever];
  });
  if (targets.length === 0) return;
  const keys = new Map(targets.map(({ text, key }) => [text, key]));
  const known = new Map((await loadStatBuckets(tx, [...keys.values()])).map((row) => [keyOf(row), row]));
  const buckets = new Map<string, Bucket>();
  for (const { text, key, counts, hosts } of targets) {
    const bucket = buckets.get(text) ?? bucketOf(key, known.get(text));
    buckets.set(text, bucket);
    addCounts(bucket.counts, counts);
    addHosts(bucket.hosts, hosts);
  }
  const rows = [...buckets.values()].map(({ hosts, ...bucket }) => ({
    ...bucket,
    hosts: hosts.size === 0 ? null : worstHosts(hosts, maxHosts),
  }));
  await storeStatBuckets(tx, rows);
}
