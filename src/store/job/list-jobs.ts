import type { JobState } from '#src/domain/decide/job-state.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import type { Db } from '#src/store/db/database.ts';
import {
  conjunction,
  type Found,
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
import { fewFound, shortcutOf } from './search-shortcuts.ts';

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
  return search<JobRow>(db, wanted, shortcutOf(db, filter, wanted), options.most);
}

const rowColumns = jobColumns.replaceAll('j.', 't.');

/** Counts jobs by state. `all` is false if some were not counted. The count of a state is at most `most` + 1. */
export async function countJobs(db: Db, filter: JobFilter, most: number): Promise<Tally> {
  const stretch = stretchOf(filter, { beforeId: null, afterId: null, direction: 'older' });
  const parts = await jobParts(db, filter);
  const table = { name: 'job', projectId: filter.projectId, columns: 't.id, t.state, t.created_at' } as const;
  const wanted: Search = { table, parts, stretch, limit: fewFound };
  if (isOnlyTime(filter)) return countByState(db, wanted, most);
  return tally(db, wanted, most, shortcutOf(db, filter, wanted));
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
