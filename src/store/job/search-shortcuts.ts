import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { ofDeliveryState } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { type Condition, conjunction, looks, parameters, rangeSql, type Search } from '#src/store/search/search.ts';
import type { JobFilter } from './job-filter-parts.ts';
import { toEndpoint } from './job-part-checks.ts';

/** Number of jobs with a label, or of deliveries in a state, above which jobs are searched along other indexes. */
export const fewFound = 5_000;
/**
 * Number of jobs with a label among the last thousand from which the label counts as common. Its index is then not
 * read.
 */
const commonLabelled = 50;

type Finds<Row> = () => Promise<Row[] | null>;

/**
 * Returns a search by an index that has no order by job, and so must be read as a whole: that of labels, or those of the
 * states and the endpoints of deliveries. It answers null where too much would be found.
 */
export function shortcutOf<Row extends { id: string }>(
  db: Db,
  filter: Pick<JobFilter, 'projectId' | 'label' | 'callback' | 'endpointId' | 'endpointName'>,
  wanted: Search,
): Finds<Row> | undefined {
  const { label, callback } = filter;
  const ways: Finds<Row>[] = [];
  if (label !== null) ways.push(() => labelled<Row>(db, label, wanted));
  const hasSome = callback === null || !callback.none;
  const states = (hasSome && callback?.states) || [];
  // Delivered ones have no index: most are.
  if (states.length > 0 && !states.includes('delivered')) ways.push(() => called<Row>(db, states.map(inState), wanted));
  const to = hasSome ? toEndpoint(filter) : null;
  if (to) ways.push(() => called<Row>(db, [to], wanted));
  if (ways.length === 0) return undefined;
  return async () => {
    for (const way of ways) {
      const rows = await way();
      if (rows) return rows;
    }
    return null;
  };
}

/** Finds the jobs with a label that few jobs have. Its index is cheap only for few jobs, so a common label is not tried. */
async function labelled<Row extends { id: string }>(db: Db, label: string, wanted: Search): Promise<Row[] | null> {
  if (await isCommon(db, label, wanted)) return null;
  const { p, values } = parameters();
  const found = `select t.* from job t where t.labels @> array[${p(label)}::text] and t.labels <> '{}' limit ${fewFound + 1}`;
  return fewOf(db, wanted, { found, jobs: 'found', p, values });
}

const inState =
  (state: DeliveryState): Condition =>
  (p) =>
    ofDeliveryState(p, state, 'd.');

/** Finds the jobs that have a delivery of which one of the conditions is true. Each must have an index. */
function called<Row extends { id: string }>(db: Db, conditions: Condition[], wanted: Search): Promise<Row[] | null> {
  const { p, values } = parameters();
  const project = p(wanted.table.projectId);
  const arms = conditions.map(
    (condition) => `(select d.job_id from delivery d where d.project_id = ${project} and ${condition(p)}
      limit ${fewFound + 1})`,
  );
  // `offset 0` keeps the lookup of each job: PostgreSQL would else walk along the jobs and compare.
  const jobs = `(select distinct f.job_id from found f) f
    cross join lateral (select j.* from job j where j.id = f.job_id offset 0)`;
  return fewOf(db, wanted, { found: arms.join(' union all '), jobs, p, values });
}

type Few = { found: string; jobs: string; p: (value: unknown) => string; values: unknown[] };

/** Answers the wanted ones of some jobs; null if there are too many to look at all of them. */
function fewOf<Row extends { id: string }>(
  db: Db,
  { table, parts, stretch, limit }: Search,
  { found, jobs, p, values }: Few,
): Promise<Row[] | null> {
  const rest = conjunction(
    parts.map((part) => part.condition),
    p,
  );
  const sql = `with found as materialized (${found})
    select n.count as looked, t.* from (select count(*)::int as count from found) n left join lateral (
      select ${table.columns} from ${jobs} t
      where n.count <= ${fewFound} and t.project_id = ${p(table.projectId)} and ${rest}${rangeSql(stretch, p)}
      order by t.id ${stretch.direction === 'older' ? 'desc' : 'asc'} limit ${limit}) t on true`;
  return db.transaction(async (tx) => {
    // A sequential scan looks cheaper to the planner than it is, if a label was common long ago.
    await tx.query('set local enable_seqscan = off');
    const rows = await tx.query<Row & { looked: number }>(sql, values);
    return (rows[0]?.looked ?? 0) > fewFound ? null : rows.filter((row) => row.id !== null);
  });
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
