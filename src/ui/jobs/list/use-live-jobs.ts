'use client';

import { useQuery } from '@tanstack/react-query';
import { idAbove } from '#src/ui/data/live/id-above.ts';
import { useFixedNow } from '#src/ui/data/live/use-fixed-now.ts';
import { stillPage, useLivePage } from '#src/ui/data/live/use-live-page.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { type Filters, filterInputOf, filtersQuery, listInputOf } from '#src/ui/jobs/filter/filters.ts';
import { mergeRows } from './live-job-rows.ts';
import { useFoundNone } from './use-found-none.ts';

/** Poll interval of the list without the stream of changes. */
const pollMs = 2_000;

/**
 * Loads a page of jobs that is live but does not move. The page is loaded once. Then the same range of ids is requested
 * again and again, and on the newest page also the number of newer jobs. `reload` loads the page again. While the list
 * is `held` because rows are selected, nothing is requested.
 */
export function useLiveJobs(filters: Filters, held: boolean) {
  const trpc = useTRPC();
  const nowMs = useFixedNow(filtersQuery(filters));
  const input = listInputOf(filters, nowMs);
  const page = useQuery(
    trpc.jobs.list.queryOptions(input, {
      ...stillPage,
      // An empty list updates itself, because it has no rows that could jump.
      refetchInterval: ({ state }) => (state.data?.jobs.length === 0 && !state.data.searchedTo ? pollMs : false),
    }),
  );
  const loaded = page.data?.jobs ?? [];
  const newest = loaded[0];
  const isFirst = filters.cursor === null && filters.before === null;
  const { settled, query } = useLivePage('jobs', page, { isEmpty: newest === undefined, pollMs, held }, (options) => {
    void fresh.refetch(options);
    if (isFirst) void newer.refetch(options);
  });
  const from = newest && isFirst ? { cursor: idAbove(newest.id) } : {};
  const fresh = useQuery(trpc.jobs.list.queryOptions({ ...input, ...from }, query));
  const newer = useQuery(
    trpc.jobs.newerCount.queryOptions(
      { filter: filterInputOf(filters, nowMs), than: newest?.id ?? '' },
      { ...query, enabled: query.enabled && isFirst },
    ),
  );
  return {
    ...mergeRows(loaded, settled ? fresh.data?.jobs : undefined),
    newer: settled && isFirst ? (newer.data ?? null) : null,
    filterInput: filterInputOf(filters, nowMs),
    nextCursor: page.data?.nextCursor ?? null,
    previousCursor: page.data?.previousCursor ?? null,
    searchedTo: page.data?.searchedTo ?? null,
    foundNone: useFoundNone(filters, page.isPlaceholderData ? undefined : page.data),
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}
