import type { Db, Tx } from '#src/store/db/database.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';

/** A way to look up the endpoints of a project, disabled ones included. */
export type ReceiverLookup = {
  /**
   * Answers what was looked up within the last second. It looks up anew what is older, and what lacks one of the `named`
   * (UUIDs of endpoints): a job may have ended before the endpoint that it names was known here.
   */
  of(projectId: string, named?: readonly string[]): Promise<readonly ReceiverRow[]>;
};

/** The cache of projects' endpoints keeps them for a second. Its own `of` takes a connection from the pool: it is for who holds none. */
export type Receivers = ReceiverLookup & {
  /**
   * Returns the lookup for who holds a transaction. It asks on the transaction's connection and waits for no other lookup,
   * which may be waiting for a connection itself.
   */
  inside(tx: Tx): ReceiverLookup;
  forget(): void;
};

/** An endpoint that is registered now is known to every process after this. */
export const receiversLiveMs = 1_000;

type Known = {
  until: number;
  asked: ReadonlySet<string>;
  loading: Promise<ReceiverRow[]>;
  /** What `loading` has brought; null: nothing yet. */
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
      // Those that a lookup has not found once are deleted: they are not looked for again and again.
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
