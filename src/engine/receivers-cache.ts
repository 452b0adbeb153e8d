import type { Db, Tx } from '#src/store/db/database.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';

/**
 * The endpoints of projects, looked up again after a second, and at once where one of the `named` is not among them: a job
 * may have ended before the endpoint that it names was known here.
 */
export type Receivers = {
  /** Inside a transaction give that: holding one connection, nobody may wait for another. */
  of(projectId: string, more?: { named?: readonly string[]; tx?: Tx }): Promise<readonly ReceiverRow[]>;
  forget(): void;
};

/** An endpoint that is registered now is known to every process after this. */
export const receiversLiveMs = 1_000;

type Known = { until: number; rows: Promise<ReceiverRow[]>; asked: ReadonlySet<string> };

export function makeReceivers(db: Db, now: () => number): Receivers {
  const cache = new Map<string, Known>();
  const load = (projectId: string, asked: ReadonlySet<string>, tx: Tx | undefined) => {
    const rows = findReceivers(tx ?? db, projectId);
    rows.catch(() => cache.delete(projectId));
    cache.set(projectId, { until: now() + receiversLiveMs, rows, asked });
    return rows;
  };
  return {
    async of(projectId, { named = [], tx } = {}) {
      const known = cache.get(projectId);
      if (!known || known.until <= now()) return load(projectId, new Set(named), tx);
      const rows = await known.rows;
      // Those that a lookup has not found once are deleted: they are not looked for again and again.
      const strange = named.some((id) => !known.asked.has(id) && !rows.some((row) => row.id === id));
      return strange ? load(projectId, new Set([...known.asked, ...named]), tx) : rows;
    },
    forget: () => cache.clear(),
  };
}
