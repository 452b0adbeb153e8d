import type { Db, Tx } from '#src/store/pool.ts';
import { findReceivers, type ReceiverRow } from '#src/store/receivers.ts';

/** The endpoints of projects, looked up again after a second. */
export type Receivers = {
  /** Inside a transaction give that: holding one connection, nobody may wait for another. */
  of(projectId: string, tx?: Tx): Promise<readonly ReceiverRow[]>;
  forget(): void;
};

/** An endpoint that is registered now is known to every process after this. */
export const receiversLiveMs = 1_000;

export function makeReceivers(db: Db, now: () => number): Receivers {
  const cache = new Map<string, { until: number; rows: Promise<ReceiverRow[]> }>();
  return {
    of(projectId, tx) {
      const known = cache.get(projectId);
      if (known && known.until > now()) return known.rows;
      const rows = findReceivers(tx ?? db, projectId);
      rows.catch(() => cache.delete(projectId));
      cache.set(projectId, { until: now() + receiversLiveMs, rows });
      return rows;
    },
    forget: () => cache.clear(),
  };
}
