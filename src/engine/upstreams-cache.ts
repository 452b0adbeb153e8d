import type { Db } from '#src/store/db/database.ts';
import { findUpstreams, type UpstreamRow } from '#src/store/upstream/upstream-rows.ts';
import { makeRowsCache, type RowsCache } from './rows-cache.ts';

/** The upstreams of projects by their names, at most about a second old. Their headers are still sealed. */
export type UpstreamsCache = RowsCache<UpstreamRow>;

/** Makes the cache of upstreams. A lookup may name upstreams by their UUIDs or their names. */
export function makeUpstreams(db: Db, now: () => number): UpstreamsCache {
  return makeRowsCache(db, now, {
    find: findUpstreams,
    isNamed: ({ id, name }, asked) => id === asked || name === asked,
  });
}
