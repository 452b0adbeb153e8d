import type { Db, Tx } from '#src/store/db/database.ts';

/** Looks up rows of a project, such as its endpoints. */
export type RowLookup<Row> = {
  /**
   * Returns the cached rows when they are at most one second old. Otherwise, or when one of the `named` rows is missing,
   * reads them again: a job may name a row before this process knows it.
   */
  of(projectId: string, named?: readonly string[]): Promise<readonly Row[]>;
};

/**
 * The cache keeps a project's rows for one second. Its `of` takes a connection from the pool, so a caller that holds a
 * connection must not use it.
 */
export type RowsCache<Row> = RowLookup<Row> & {
  /**
   * Returns the lookup for a caller that holds a transaction. It reads on the transaction's connection. It does not
   * wait for other lookups, because those may be waiting for a connection themselves.
   */
  inside(tx: Tx): RowLookup<Row>;
  forget(): void;
};

/** The time after which every process knows a new row. */
export const rowsLiveMs = 1_000;

type Known<Row> = {
  until: number;
  asked: ReadonlySet<string>;
  loading: Promise<Row[]>;
  /** The rows that `loading` has returned, or null before that. */
  rows: readonly Row[] | null;
};

/** What a cache reads, and whether a row is one that a caller names. */
export type RowsSource<Row> = {
  find(runner: Db | Tx, projectId: string): Promise<Row[]>;
  isNamed(row: Row, name: string): boolean;
};

/** Makes a cache of rows by project. */
export function makeRowsCache<Row>(db: Db, now: () => number, { find, isNamed }: RowsSource<Row>): RowsCache<Row> {
  const cache = new Map<string, Known<Row>>();

  const load = (runner: Db | Tx, projectId: string, asked: ReadonlySet<string>) => {
    const loading = find(runner, projectId);
    const known: Known<Row> = { until: now() + rowsLiveMs, asked, loading, rows: null };
    cache.set(projectId, known);
    loading.then(
      (rows) => {
        known.rows = rows;
      },
      () => {
        if (cache.get(projectId) === known) cache.delete(projectId);
      },
    );
    return loading;
  };

  const lookup = (
    runner: Db | Tx,
    rowsOf: (known: Known<Row>) => Known<Row>['loading'] | Known<Row>['rows'],
  ): RowLookup<Row>['of'] => {
    return async (projectId, named = []) => {
      const known = cache.get(projectId);
      const rows = known && known.until > now() ? await rowsOf(known) : null;
      if (!known || !rows) return load(runner, projectId, new Set(named));
      // A row that a lookup did not find was deleted, so the cache does not look for it again.
      const strange = named.some((name) => !known.asked.has(name) && !rows.some((row) => isNamed(row, name)));
      return strange ? load(runner, projectId, new Set([...known.asked, ...named])) : rows;
    };
  };

  return {
    of: lookup(db, ({ loading }) => loading),
    inside: (tx) => ({ of: lookup(tx, ({ rows }) => rows) }),
    forget: () => cache.clear(),
  };
}
