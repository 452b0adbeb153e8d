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
/** Of a project in a step: what the dashboard shows ten of. */
const maxHosts = 100;

/**
 * Moves what was counted into the steps that charts are made of: each delta is taken away in the transaction that adds it,
 * by one process at a time. With `measure`, also takes readings of what waits, every ten seconds whoever folds. Answers how
 * many deltas it took.
 */
export async function foldStats(deps: Reads, options: { measure: boolean }): Promise<number> {
  let total = 0;
  for (;;) {
    const taken = await deps.db.transaction(async (tx) => {
      if (!(await lockFolding(tx))) return 0;
      const readings = options.measure ? await measure(tx) : [];
      const deltas = await takeStatDeltas(tx, batch);
      await addToBuckets(tx, [...deltas, ...readings]);
      return deltas.length;
    });
    total += taken;
    if (taken < batch) return total;
  }
}

/** What waits now, of every project, unless somebody has just looked. */
async function measure(tx: Tx): Promise<DeltaRow[]> {
  const { nowMs, measuredAtMs } = await lastMeasured(tx);
  // A little early is on time: the ticks of several workers do not fall together.
  if (measuredAtMs !== null && nowMs - measuredAtMs < measureEveryMs - 500) return [];
  const at = new Date(nowMs);
  const gauges = await readGauges(tx);
  const readings = gauges.map(({ project_id, queued, retrying, oldest_ms }): DeltaRow => {
    const oldest = oldest_ms === null ? {} : { oldestQueuedMs: Math.max(0, Math.round(oldest_ms)) };
    return { project_id, at, counts: { totals: { queued, retrying, ...oldest } } };
  });
  return [...readings, { project_id: noProject, at, counts: { totals: { measuredAt: nowMs } } }];
}

type Sum = { scopeId: string; isProject: boolean; atMs: number; counts: StatCounts; hosts: HostSums };

/** Everything of the same minute and scope as one, whatever steps it will go to. */
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

/** What of a project's minute goes into its bucket without an end, which metrics are read from. */
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
