import type { Db } from '#src/store/db/database.ts';

/** Searches are planned anew for their values: they have many forms, and a general plan knows neither host nor label. */
export type Asking = Pick<Db, 'query'>;

/** A condition on a row `t`; `p` makes a parameter of a value. */
export type Condition = (p: (value: unknown) => string) => string;

/** A condition of a filter. `arms`: the same as alternatives, each of which an index answers in the order of ids. */
export type Part = { condition: Condition; arms?: Condition[] };

export type Table = {
  name: 'job' | 'delivery';
  projectId: string;
  /** Columns of the table as `t`. */
  columns: string;
};

/** Ids between `low` (included) and `high` (not); from the newest down, or from the oldest up. */
export type Stretch = { low: string | null; high: string | null; direction: 'older' | 'newer' };

/** The rows found in order, and where looking was given up: null when nothing is left to look at, or the limit is reached. */
export type Found<Row> = { rows: Row[]; end: { id: string; at: Date } | null };

export type Search = { table: Table; parts: Part[]; stretch: Stretch; limit: number };

/** So many rows are looked at along each way; the first time round only a few, since most searches end there. */
export const looks = { first: 1_000, most: 10_000 } as const;

/**
 * Finds rows by any filter, in the order of ids, and never looks at more rows than it is allowed to: along every index that a
 * part of the filter has, first a short and then a long way. What no index knows is checked row by row, so a search can end
 * with `end` set: up to there nothing was missed, beyond it nothing was looked at.
 *
 * @param shortcut asked after the short looks: all of a filter's rows at once, when an index says that they are few
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

/** Rows by state among those that the filter finds; `all` is false when there may be more. */
export type Tally = { counts: Map<string, number>; all: boolean };

/** Counts by state as `search` searches: exactly where an index leads to no more than `most` rows. */
export async function tally(
  db: Asking,
  wanted: Omit<Search, 'limit'>,
  most: number,
  shortcut?: (() => Promise<{ id: string; state: string }[] | null>) | undefined,
): Promise<Tally> {
  let best: Tally | undefined;
  for (const way of waysOf(wanted.parts)) {
    // A class of statuses none of which occurs.
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

type Way = { arms: Condition[]; rest: Condition[] };

/** Every part that an index knows is a way, with all others to be checked on it; where there is none, the project's rows are. */
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
  // The last row looked at comes with those found, so that it is known how far the search went. The parameter of the limit
  // would hide its size from the planner.
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

/** The first rows of a way; of several arms the first of each, merged by their order. */
function innerSql(
  { table, stretch }: Omit<Search, 'limit'>,
  way: Way,
  limit: number,
  p: (value: unknown) => string,
  columns: string,
): string {
  const order = `order by t.id ${orderOf(stretch)} limit ${limit}`;
  const project = p(table.projectId);
  const low = stretch.low === null ? '' : ` and t.id >= ${p(stretch.low)}`;
  const high = stretch.high === null ? '' : ` and t.id < ${p(stretch.high)}`;
  const arms = way.arms.map(
    (arm) => `select t.* from ${table.name} t where t.project_id = ${project} and ${arm(p)}${low}${high} ${order}`,
  );
  if (arms.length === 1) return (arms[0] as string).replace('select t.*', `select ${columns}`);
  return `select ${columns} from (${arms.map((arm) => `(${arm})`).join(' union all ')}) t ${order}`;
}

function orderOf({ direction }: Stretch): string {
  return direction === 'older' ? 'desc' : 'asc';
}

function isFurther(id: string, than: string, { direction }: Stretch): boolean {
  return direction === 'older' ? id < than : id > than;
}

export function conjunction(conditions: Condition[], p: (value: unknown) => string): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition(p)})`).join(' and ');
}

/** Collects the values of a statement; the same value twice is one parameter. */
export function parameters(): { p: (value: unknown) => string; values: unknown[] } {
  const values: unknown[] = [];
  const p = (value: unknown) => {
    const known = values.indexOf(value);
    return `$${known >= 0 ? known + 1 : values.push(value)}`;
  };
  return { p, values };
}
