import type { JobState } from '#src/domain/decide/job-state.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import type { Db } from '#src/store/db/database.ts';
import {
  conjunction,
  type Found,
  looks,
  parameters,
  rangeSql,
  type Search,
  search,
  type Tally,
  tally,
} from '#src/store/search/search.ts';
import { type PageWanted, stretchOf } from '#src/store/search/stretch.ts';
import { type JobFilter, jobParts, ofState } from './job-filter-parts.ts';
import { type JobRow, jobColumns } from './job-row.ts';

/** Number of jobs above which a label is searched along other indexes, because the label index has no order. */
const fewLabelled = 5_000;
/**
 * Number of jobs with a label among the last thousand from which the label counts as common. Its index is then not
 * read.
 */
const commonLabelled = 50;

/** Lists jobs, newest or oldest first, by id. Ids are ordered by time, so no offset and no count is needed. */
export async function listJobs(
  db: Db,
  filter: JobFilter,
  page: PageWanted,
  options: { columns?: string; most?: number } = {},
): Promise<Found<JobRow>> {
  const wanted: Search = {
    table: { name: 'job', projectId: filter.projectId, columns: options.columns ?? rowColumns },
    parts: await jobParts(db, filter),
    stretch: stretchOf(filter, page),
    limit: page.limit,
  };
  return search<JobRow>(db, wanted, shortcutOf(db, filter.label, wanted), options.most);
}

const rowColumns = jobColumns.replaceAll('j.', 't.');

/** Counts jobs by state. `all` is false if some were not counted. The count of a state is at most `most` + 1. */
export async function countJobs(db: Db, filter: JobFilter, most: number): Promise<Tally> {
  const stretch = stretchOf(filter, { beforeId: null, afterId: null, direction: 'older' });
  const parts = await jobParts(db, filter);
  const table = { name: 'job', projectId: filter.projectId, columns: 't.id, t.state, t.created_at' } as const;
  const wanted: Search = { table, parts, stretch, limit: fewLabelled };
  if (isOnlyTime(filter)) return countByState(db, wanted, most);
  return tally(db, wanted, most, shortcutOf(db, filter.label, wanted));
}

function isOnlyTime({ projectId: _, from: __, to: ___, ...others }: JobFilter): boolean {
  return Object.values(others).every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

/** Counts each state along its index, up to the limit that callers show. */
async function countByState(db: Db, { table, parts, stretch }: Search, most: number): Promise<Tally> {
  const { p, values } = parameters();
  const rest = conjunction(
    parts.map((part) => part.condition),
    p,
  );
  const range = rangeSql(stretch, p);
  const counted = jobStates.map(
    (state: JobState) => `select ${p(state)} as state, (select count(*)::int from (
      select 1 from job t where t.project_id = ${p(table.projectId)} and ${ofState(p, state)} and ${rest}${range}
      limit ${most + 1}) counted) as count`,
  );
  const rows = await db.query<{ state: string; count: number }>(counted.join(' union all '), values);
  return { counts: new Map(rows.map((row) => [row.state, row.count])), all: true };
}

/** Returns true if the label is so frequent among the nearest jobs that many jobs must have it. */
async function isCommon(db: Db, label: string, { table, stretch }: Search): Promise<boolean> {
  const { p, values } = parameters();
  const order = stretch.direction === 'older' ? 'desc' : 'asc';
  const sql = `select count(*)::int as count from (select t.labels from job t
    where t.project_id = ${p(table.projectId)}${rangeSql(stretch, p)} order by t.id ${order} limit ${looks.first}) t
    where t.labels @> array[${p(label)}::text]`;
  return ((await db.query<{ count: number }>(sql, values))[0]?.count ?? 0) >= commonLabelled;
}

/**
 * Returns a search by the label index, for a label that few jobs have. That index has no order and must be read as a
 * whole, which is cheap only for few jobs. So the search first checks that the label is rare.
 */
function shortcutOf<Row extends { id: string }>(
  db: Db,
  label: string | null,
  { table, parts, stretch, limit }: Search,
): (() => Promise<Row[] | null>) | undefined {
  if (label === null) return undefined;
  return async () => {
    if (await isCommon(db, label, { table, parts, stretch, limit })) return null;
    const { p, values } = parameters();
    const rest = conjunction(
      parts.map((part) => part.condition),
      p,
    );
    const sql = `with labelled as materialized (
        select t.* from job t where t.labels @> array[${p(label)}::text] and t.labels <> '{}' limit ${fewLabelled + 1})
      select n.count as labelled, t.* from (select count(*)::int as count from labelled) n left join lateral (
        select ${table.columns} from labelled t where t.project_id = ${p(table.projectId)} and ${rest}${rangeSql(stretch, p)}
        order by t.id ${stretch.direction === 'older' ? 'desc' : 'asc'} limit ${limit}) t on true`;
    return db.transaction(async (tx) => {
      // A sequential scan looks cheaper to the planner than it is, if a label was common long ago.
      await tx.query('set local enable_seqscan = off');
      const rows = await tx.query<Row & { labelled: number }>(sql, values);
      return (rows[0]?.labelled ?? 0) > fewLabelled ? null : rows.filter((row) => row.id !== null);
    });
  };
}
