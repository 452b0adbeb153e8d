import type { Db, Tx } from '#src/store/db/database.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';

/** Looks up the endpoints of a project, including disabled ones. */
export type ReceiverLookup = {
  /**
   * Returns the cached endpoints when they are at most one second old. Otherwise, or when one of the `named` endpoints
   * (UUIDs) is missing, reads them again: a job may end before this process knows the endpoint that the job names.
   */
  of(projectId: string, named?: readonly string[]): Promise<readonly ReceiverRow[]>;
};

/**
 * The cache keeps a project's endpoints for one second. Its `of` takes a connection from the pool, so a caller that
 * holds a connection must not use it.
 */
export type Receivers = ReceiverLookup & {
  /**
   * Returns the lookup for a caller that holds a transaction. It reads on the transaction's connection. It does not
   * wait for other lookups, because those may be waiting for a connection themselves.
   */
  inside(tx: Tx): ReceiverLookup;
  forget(): void;
};

/** The time after which every process knows a newly registered endpoint. */
export const receiversLiveMs = 1_000;

type Known = {
  until: number;
  asked: ReadonlySet<string>;
  loading: Promise<ReceiverRow[]>;
  /** The rows that `loading` has returned, or null before that. */
  rows: readonly ReceiverRow[] | null;
};

export function makeReceivers(db: Db, now: () => number): Receivers {
  const cache = new Map<string, Known>();

  const load = (runner: Db | Tx, projectId: string, asked: ReadonlySet<string>) => {
    const loading = findReceivers(runner, projectId);
    const known: Known = { until: now() + receiversLiveMs, asked, loading, rows: null };
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
    rowsOf: (known: Known) => Known['loading'] | Known['rows'],
  ): ReceiverLookup['of'] => {
    return async (projectId, named = []) => {
      const known = cache.get(projectId);
      const rows = known && known.until > now() ? await rowsOf(known) : null;
      if (!known || !rows) return load(runner, projectId, new Set(named));
      // An endpoint that a lookup did not find was deleted, so the cache does not look for it again.
      const strange = named.some((id) => !known.asked.has(id) && !rows.some((row) => row.id === id));
      return strange ? load(runner, projectId, new Set([...known.asked, ...named])) : rows;
    };
  };

  return {
    of: lookup(db, ({ loading }) => loading),
    inside: (tx) => ({ of: lookup(tx, ({ rows }) => rows) }),
    forget: () => cache.clear(),
  };
}
