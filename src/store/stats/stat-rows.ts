import type { HostEntries, StatBucket, StatCounts, StatDelta } from '#src/domain/stats/stat-counts.ts';
import { everStep, statSteps } from '#src/domain/stats/stat-steps.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** Project id (all zeros) for measurements that belong to no project. */
export const noProject = '00000000-0000-0000-0000-000000000000';

/** Writes the counts of this transaction, one row per project. No other transaction touches these rows. */
export async function insertStatDeltas(tx: Tx, deltas: ReadonlyMap<string, StatDelta>): Promise<void> {
  if (deltas.size === 0) return;
  await tx.send(
    'insert_stat_deltas',
    'insert into stat_delta (project_id, counts) select id, counts::json from unnest($1::uuid[], $2::text[]) as t(id, counts)',
    [[...deltas.keys()], [...deltas.values()].map((delta) => JSON.stringify(delta))],
  );
}

const lockKey = [29_282, 30_065];

/** Tries to take the folding lock. Returns true if this transaction holds it; other transactions do not wait for it. */
export async function lockFolding(tx: Tx): Promise<boolean> {
  const rows = await tx.run<{ mine: boolean }>(
    'lock_folding',
    'select pg_try_advisory_xact_lock($1, $2) as mine',
    lockKey,
  );
  return rows[0]?.mine === true;
}

export type DeltaRow = { project_id: string; at: Date; counts: StatDelta };

/**
 * Deletes the oldest deltas after an id and returns them. Without the id, each batch of a run would walk past all that
 * those before it have deleted.
 */
export function takeStatDeltas(
  tx: Tx,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<(DeltaRow & { id: number })[]> {
  return tx.run<DeltaRow & { id: number }>(
    'take_stat_deltas',
    `delete from stat_delta where id = any(array(select id from stat_delta where id > $1 order by id limit $2))
     returning id::float8 as id, project_id, at, counts`,
    [afterId, limit],
  );
}

/** Key of a bucket: the project or endpoint, the step, and its start. */
export type BucketKey = { scopeId: string; step: number; atMs: number };
export type BucketRow = BucketKey & StatBucket;

const keyColumns = (keys: BucketKey[]) => [
  keys.map((key) => key.scopeId),
  keys.map((key) => key.step),
  keys.map((key) => new Date(key.atMs)),
];

/** Returns the buckets that exist among these keys. */
export function loadStatBuckets(tx: Tx, keys: BucketKey[]): Promise<BucketRow[]> {
  return tx.run<BucketRow>(
    'load_stat_buckets',
    `select b.scope_id as "scopeId", b.step, (extract(epoch from b.at) * 1000)::float8 as "atMs", b.counts, b.hosts
     from unnest($1::uuid[], $2::int[], $3::timestamptz[]) as t(scope_id, step, at)
     join stat_bucket b on b.scope_id = t.scope_id and b.step = t.step and b.at = t.at`,
    keyColumns(keys),
  );
}

export async function storeStatBuckets(tx: Tx, buckets: BucketRow[]): Promise<void> {
  if (buckets.length === 0) return;
  await tx.run(
    'store_stat_buckets',
    `insert into stat_bucket (scope_id, step, at, counts, hosts)
     select scope_id, step, at, counts::json, hosts::json
     from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[]) as t(scope_id, step, at, counts, hosts)
     on conflict (scope_id, step, at) do update set counts = excluded.counts, hosts = excluded.hosts`,
    [
      ...keyColumns(buckets),
      buckets.map((bucket) => JSON.stringify(bucket.counts)),
      buckets.map((bucket) => bucket.hosts && JSON.stringify(bucket.hosts)),
    ],
  );
}

/**
 * Returns the time of the last measurement, in epoch milliseconds by the database's clock; null: there was none in the
 * last minutes.
 */
export async function lastMeasured(tx: Tx): Promise<{ nowMs: number; measuredAtMs: number | null }> {
  const rows = await tx.run<{ nowMs: number; measuredAtMs: number | null }>(
    'last_measured',
    `select floor(extract(epoch from now()) * 1000)::float8 as "nowMs",
            (select max((counts->>'measuredAt')::float8) from stat_bucket
             where scope_id = $1 and step = 60 and at > now() - interval '3 minutes') as "measuredAtMs"`,
    [noProject],
  );
  return rows[0] ?? { nowMs: 0, measuredAtMs: null };
}

/** Returns the time of the last measurement ever, in epoch milliseconds. A worker was alive until then. */
export async function lastReadingAt(db: Db): Promise<number | null> {
  const rows = await db.run<{ ms: number }>(
    'last_reading_at',
    `select (counts->>'measuredAt')::float8 as ms from stat_bucket where scope_id = $1 and step = $2 order by at desc limit 1`,
    [noProject, statSteps[4].seconds],
  );
  return rows[0]?.ms ?? null;
}

/** Returns a project's gauges in the minute that was `minutes` ago; null: nothing was measured then. */
export async function readGaugesAgo(
  db: Db,
  projectId: string,
  minutes: number,
): Promise<{ queued: number; oldestQueuedMs: number; deliveriesWaiting: number } | null> {
  const rows = await db.run<{ counts: StatCounts | null }>(
    'read_gauges_ago',
    `select own.counts from stat_bucket measured
     left join stat_bucket own on own.scope_id = $1 and own.step = measured.step and own.at = measured.at
     where measured.scope_id = $2 and measured.step = 60 and measured.at = date_trunc('minute', now() - make_interval(mins => $3))`,
    [projectId, noProject, minutes],
  );
  const [row] = rows;
  if (!row) return null;
  const { queued = 0, oldestQueuedMs = 0, deliveriesWaiting = 0 } = row.counts ?? {};
  return { queued, oldestQueuedMs, deliveriesWaiting };
}

/**
 * Counts of a project, of one of its endpoints, or (`measured`) of no project. A delta that is not folded yet looks
 * like a bucket.
 */
export type StatRow = { atMs: number; measured: boolean; counts: StatCounts | null; hosts: HostEntries | null };

/**
 * Returns the counts of a project since an instant, in steps of one length. Folded and unfolded counts are read in one
 * statement, which sees one moment, so everything is counted once. Hosts are returned only from `hostsFromMs` on.
 */
export function readProjectStats(
  db: Db,
  query: { projectId: string; step: number; fromMs: number; toMs: number; hostsFromMs: number },
): Promise<StatRow[]> {
  return db.run<StatRow>(
    'read_project_stats',
    `select (extract(epoch from at) * 1000)::float8 as "atMs", scope_id = $2 as measured, counts,
            case when at >= $5 then hosts end as hosts
     from stat_bucket where scope_id in ($1, $2) and step = $3 and at >= $4 and at < $6
     union all
     select (extract(epoch from at) * 1000)::float8, false, counts->'totals', counts->'hosts'
     from stat_delta where project_id = $1 and at >= $4 and at < $6`,
    [
      ...[query.projectId, noProject, query.step, new Date(query.fromMs), new Date(query.hostsFromMs)],
      new Date(query.toMs),
    ],
  );
}

/**
 * Returns all counts ever, by project. Folded and unfolded counts are read in one statement, so everything is counted
 * once.
 */
export function readStatsEver(db: Db): Promise<{ project_id: string; counts: StatCounts }[]> {
  return db.run<{ project_id: string; counts: StatCounts }>(
    'read_stats_ever',
    `select scope_id as project_id, counts from stat_bucket where step = $1
     union all select project_id, counts->'totals' from stat_delta`,
    [everStep],
  );
}

/** Returns the counts of one endpoint since an instant, in steps of one length. */
export function readEndpointStats(
  db: Db,
  query: { projectId: string; endpointId: string; step: number; fromMs: number; toMs: number },
): Promise<StatRow[]> {
  return db.run<StatRow>(
    'read_endpoint_stats',
    `select (extract(epoch from at) * 1000)::float8 as "atMs", false as measured, counts, null::json as hosts
     from stat_bucket where scope_id = $2 and step = $3 and at >= $4 and at < $5
     union all
     select (extract(epoch from d.at) * 1000)::float8, false, e->1, null
     from stat_delta d cross join json_array_elements(d.counts->'endpoints') e
     where d.project_id = $1 and d.at >= $4 and d.at < $5 and e->>0 = $2::text`,
    [query.projectId, query.endpointId, query.step, new Date(query.fromMs), new Date(query.toMs)],
  );
}

/** Counts of one endpoint in a step. */
export type EndpointStepRow = { scope_id: string; at_ms: number; counts: StatCounts };

/** Returns the folded counts of endpoints by step, since an instant. Counts of the last seconds are not folded yet. */
export function readEndpointSteps(
  db: Db,
  query: { endpointIds: string[]; step: number; fromMs: number },
): Promise<EndpointStepRow[]> {
  return db.run<EndpointStepRow>(
    'read_endpoint_steps',
    `select b.scope_id, (extract(epoch from b.at) * 1000)::float8 as at_ms, b.counts
     from unnest($1::uuid[]) as e(id) join stat_bucket b on b.scope_id = e.id and b.step = $2 and b.at >= $3`,
    [query.endpointIds, query.step, new Date(query.fromMs)],
  );
}
