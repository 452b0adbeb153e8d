import type { Db } from '#src/store/db/database.ts';

/** Failures of one kind that ended in a range. */
export type FailureGroupRow = {
  failure: string;
  count: number;
  first_at: Date;
  last_at: Date;
  /** Numbers of the steps with failures, from 1, and the counts of these steps. */
  steps: number[];
  counts: number[];
  /** True if not all failures of this kind were looked at. */
  capped: boolean;
};

export type FailureQuery = { projectId: string; from: Date; to: Date; steps: number };

/** Number of kinds of failures that are looked at, and of the newest failures of each kind. */
const kinds = 200;
export const lookedAtOfKind = 2_000;

/**
 * Groups the failed jobs or deliveries of a range. It jumps from kind to kind along an index that holds failed rows only,
 * and reads a limited number of entries of each.
 */
export function findFailureGroups(db: Db, table: 'job' | 'delivery', query: FailureQuery): Promise<FailureGroupRow[]> {
  const failed = `t.project_id = $1 and t.state = 'failed' and t.failure is not null`;
  const next = (above: string) =>
    `(select t.failure from ${table} t where ${failed} ${above} order by t.project_id, t.failure limit 1)`;
  return db.run<FailureGroupRow>(
    `find_failure_groups_${table}`,
    `with recursive kind(failure, n) as (
       select ${next('')}, 1
       union all select ${next('and t.failure > kind.failure')}, n + 1 from kind where kind.failure is not null and n < ${kinds})
     select kind.failure, g.* from kind cross join lateral (
       select sum(count) filter (where step between 1 and $4)::int as count,
              min(first_at) filter (where step between 1 and $4) as first_at,
              max(last_at) filter (where step between 1 and $4) as last_at,
              array_agg(step order by step) filter (where step between 1 and $4) as steps,
              array_agg(count order by step) filter (where step between 1 and $4) as counts,
              coalesce(sum(count), 0) >= ${lookedAtOfKind} as capped
       from (
         select width_bucket(extract(epoch from ended_at)::float8, extract(epoch from $2::timestamptz)::float8,
                             extract(epoch from $3::timestamptz)::float8, $4) as step,
                count(*)::int as count, min(ended_at) as first_at, max(ended_at) as last_at
         from (select t.ended_at from ${table} t where ${failed} and t.failure = kind.failure
               order by t.id desc limit ${lookedAtOfKind}) as newest
         group by step) as stepped) as g
     where kind.failure is not null and g.count > 0
     order by g.count desc, g.last_at desc limit 100`,
    [query.projectId, query.from, query.to, query.steps],
  );
}
