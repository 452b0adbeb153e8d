import type { Db } from '#src/store/db/database.ts';

/**
 * Connection for searches. Their statements are planned anew for their values, because they have many forms and a
 * generic plan knows neither host nor label.
 */
export type Asking = Pick<Db, 'query'>;

/** A condition on a row `t`. `p` turns a value into a parameter. */
export type Condition = (p: (value: unknown) => string) => string;

/** The rows that a way reads: how many, in which order of their ids, and the SQL of their range for a column of ids. */
export type Reach = { limit: number; order: 'asc' | 'desc'; range: (column: string) => string };

/** A condition that an index answers in id order. One that looks into another table reads no more than the reach there. */
export type Arm = (p: (value: unknown) => string, reach: Reach) => string;

/** A condition of a filter. `arms` are the same condition as alternatives. */
export type Part = { condition: Condition; arms?: Arm[] };

export type Table = {
  name: 'job' | 'delivery' | 'run';
  projectId: string;
  /** Columns of the table, with the alias `t`. */
  columns: string;
};

/** Ids from `low` (included) to `high` (excluded), read from the newest down or from the oldest up. */
export type Stretch = { low: string | null; high: string | null; direction: 'older' | 'newer' };

/**
 * Rows in order, and the point where the search stopped early. `end` is null if no rows are left or the limit is
 * reached.
 */
export type Found<Row> = { rows: Row[]; end: { id: string; at: Date } | null };

export type Search = { table: Table; parts: Part[]; stretch: Stretch; limit: number };

/**
 * Number of rows that a search reads along each way. The first pass reads only a few, because most searches end there.
 */
export const looks = { first: 1_000, most: 10_000 } as const;

/**
 * Finds rows by any filter, in id order, and reads a limited number of rows. It searches along every index that a part
 * of the filter has, first over a short distance and then over a long one. Conditions without an index are checked row
 * by row. So a search can stop early, with `end` set: up to there nothing was missed, and beyond it nothing was read.
 *
 * @param shortcut called after the short pass; returns all rows of the filter if an index shows that they are few
 */
export async function search<Row extends { id: string; created_at: Date }>(
  db: Asking,
  wanted: Search,
  shortcut?: (() => Promise<Row[] | null>) | undefined,
  most: number = looks.most,
): Promise<Found<Row>> {
  const ways = waysOf(wanted.parts);
  const along = async (look: number): Promise<Found<Row>> => {
    let best: Found<Row> | undefined;
    for (const way of ways) {
      const found = await walk<Row>(db, wanted, way, look);
      if (found.end === null) return found;
      if (best?.end == null || isFurther(found.end.id, best.end.id, wanted.stretch)) best = found;
    }
    return best ?? { rows: [], end: null };
  };
  const near = await along(Math.min(looks.first, most));
  if (near.end === null) return near;
  const few = await shortcut?.();
  if (few) return { rows: few, end: null };
  return most > looks.first ? along(most) : near;
}

/** Counts by state of the rows that a filter finds. `all` is false if there may be more. */
export type Tally = { counts: Map<string, number>; all: boolean };

/** Counts by state along the same ways as `search`. The counts are exact if an index leads to at most `most` rows. */
export async function tally(
  db: Asking,
  wanted: Omit<Search, 'limit'>,
  most: number,
  shortcut?: (() => Promise<{ id: string; state: string }[] | null>) | undefined,
): Promise<Tally> {
  let best: Tally | undefined;
  for (const way of waysOf(wanted.parts)) {
    // The filter asks for a class of statuses of which none occurs.
    if (way.arms.length === 0) return { counts: new Map(), all: true };
    const { p, values } = parameters();
    const inner = innerSql(wanted, way, most, p, 't.*');
    const rest = conjunction(way.rest, p);
    const sql = `select t.state, count(*) filter (where ${rest})::int as found, count(*)::int as looked
      from (${inner}) t group by t.state`;
    const rows = await db.query<{ state: string; found: number; looked: number }>(sql, values);
    const counts = new Map(rows.map((row) => [row.state, row.found]));
    if (rows.reduce((sum, row) => sum + row.looked, 0) < most) return { counts, all: true };
    if (!best || totalOf(counts) > totalOf(best.counts)) best = { counts, all: false };
  }
  const few = await shortcut?.();
  if (!few) return best ?? { counts: new Map(), all: true };
  const counts = new Map<string, number>();
  for (const { state } of few) counts.set(state, (counts.get(state) ?? 0) + 1);
  return { counts, all: true };
}

export function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

type Way = { arms: Arm[]; rest: Condition[] };

/**
 * Returns the ways to search: one for each part with an index, with all other parts checked on its rows. If no part has
 * an index, the only way is along all rows of the project.
 */
function waysOf(parts: Part[]): Way[] {
  const ways = parts.flatMap((part): Way[] =>
    part.arms ? [{ arms: part.arms, rest: parts.filter((other) => other !== part).map((one) => one.condition) }] : [],
  );
  return ways.length > 0 ? ways : [{ arms: [() => 'true'], rest: parts.map((part) => part.condition) }];
}

async function walk<Row extends { id: string; created_at: Date }>(
  db: Asking,
  wanted: Search,
  way: Way,
  look: number,
): Promise<Found<Row>> {
  if (way.arms.length === 0) return { rows: [], end: null };
  const { p, values } = parameters();
  const { columns } = wanted.table;
  const order = orderOf(wanted.stretch);
  if (way.rest.length === 0) {
    return { rows: await db.query<Row>(innerSql(wanted, way, wanted.limit, p, columns), values), end: null };
  }
  // The query also returns the last row read, which shows how far the search went. The number is written into the text,
  // because a parameter would hide it from the planner.
  const inner = innerSql(wanted, way, look, p, 't.*');
  const rest = conjunction(way.rest, p);
  const sql = `select ${columns}, t.looked, (${rest}) as found
    from (select t.*, row_number() over (order by t.id ${order}) as looked from (${inner}) t) t
    where t.looked = ${look} or (${rest}) order by t.id ${order} limit ${wanted.limit}`;
  const rows = await db.query<Row & { looked: string; found: boolean }>(sql, values);
  const found = rows.filter((row) => row.found);
  const last = rows.at(-1);
  const isFull = found.length >= wanted.limit;
  return {
    rows: found,
    end: !isFull && last && Number(last.looked) === look ? { id: last.id, at: last.created_at } : null,
  };
}

/** Returns the SQL for the first rows of a way. The first rows of several arms are merged in their order. */
function innerSql(
  { table, stretch }: Omit<Search, 'limit'>,
  way: Way,
  limit: number,
  p: (value: unknown) => string,
  columns: string,
): string {
  const reach: Reach = { limit, order: orderOf(stretch), range: (column) => rangeSql(stretch, p, column) };
  const order = `order by t.id ${reach.order} limit ${limit}`;
  const project = p(table.projectId);
  const range = reach.range('t.id');
  const arms = way.arms.map(
    (arm) => `select t.* from ${table.name} t where t.project_id = ${project} and ${arm(p, reach)}${range} ${order}`,
  );
  if (arms.length === 1) return (arms[0] as string).replace('select t.*', `select ${columns}`);
  return `select ${columns} from (${arms.map((arm) => `(${arm})`).join(' union all ')}) t ${order}`;
}

function orderOf({ direction }: Stretch): Reach['order'] {
  return direction === 'older' ? 'desc' : 'asc';
}

/** Returns the SQL of a range of ids, to be added to other conditions. */
export function rangeSql(
  { low, high }: Omit<Stretch, 'direction'>,
  p: (value: unknown) => string,
  column = 't.id',
): string {
  return `${low === null ? '' : ` and ${column} >= ${p(low)}`}${high === null ? '' : ` and ${column} < ${p(high)}`}`;
}

function isFurther(id: string, than: string, { direction }: Stretch): boolean {
  return direction === 'older' ? id < than : id > than;
}

export function conjunction(conditions: Condition[], p: (value: unknown) => string): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition(p)})`).join(' and ');
}

/** Collects the values of a statement. Equal values share one parameter. */
export function parameters(): { p: (value: unknown) => string; values: unknown[] } {
  const values: unknown[] = [];
  const p = (value: unknown) => {
    const known = values.indexOf(value);
    return `$${known >= 0 ? known + 1 : values.push(value)}`;
  };
  return { p, values };
}
