import type { Db } from '#src/store/db/database.ts';
import { findReceivers, type ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import { makeRowsCache, type RowLookup, type RowsCache, rowsLiveMs } from './rows-cache.ts';

/** Looks up the endpoints of a project, including disabled ones. `named` are UUIDs of endpoints that jobs name. */
export type ReceiverLookup = RowLookup<ReceiverRow>;

/** The endpoints of projects, at most about a second old. */
export type Receivers = RowsCache<ReceiverRow>;

/** The time after which every process knows a newly registered endpoint. */
export const receiversLiveMs = rowsLiveMs;

/** Makes the cache of endpoints. */
export function makeReceivers(db: Db, now: () => number): Receivers {
  return makeRowsCache(db, now, { find: findReceivers, isNamed: (row, id) => row.id === id });
}
