'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { type Filters, listInputOf } from './filters.ts';
import { mergeRows } from './live-rows.ts';

const liveMs = 2_000;
/** More new jobs than this are shown as "100+". */
export const newJobsShown = 100;

/**
 * A page of jobs that is live but does not move. It is loaded once; then the same stretch of time is asked for again and
 * again, and on the newest page also what came after it. `reload` loads the page anew.
 */
export function useLiveJobs(filters: Filters) {
  const trpc = useTRPC();
  const input = listInputOf(filters);
  const page = useQuery(
    trpc.jobs.list.queryOptions(input, {
      refetchOnMount: 'always',
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: keepPreviousData,
      // An empty list turns live by itself: there is nothing in it that could jump.
      refetchInterval: ({ state }) => (state.data?.jobs.length === 0 ? liveMs : false),
    }),
  );
  const settled = page.isSuccess && !page.isPlaceholderData && !page.isRefetching;
  const loaded = page.data?.jobs ?? [];
  const newest = loaded[0];
  const live = { enabled: settled && newest !== undefined, refetchInterval: liveMs, staleTime: 0, gcTime: 0 };
  const isFirst = filters.cursor === null;
  // Times on the wire are cut to milliseconds: up to the next one belongs to the page, from there on is new.
  const edge = newest ? new Date(Date.parse(newest.createdAt) + 1).toISOString() : undefined;
  const fresh = useQuery(
    trpc.jobs.list.queryOptions(isFirst ? { ...input, to: edge } : input, { ...live, queryKeyHashFn: liveKey }),
  );
  const above = useQuery(
    trpc.jobs.list.queryOptions(
      { ...input, from: edge, limit: newJobsShown },
      { ...live, enabled: live.enabled && isFirst },
    ),
  );
  return {
    ...mergeRows(loaded, settled ? fresh.data?.jobs : undefined, settled && isFirst ? above.data?.jobs : undefined),
    nextCursor: page.data?.nextCursor ?? null,
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}

/** The live copy of a page whose input is the page's own must not share its place in the cache. */
function liveKey(key: readonly unknown[]): string {
  return `live ${JSON.stringify(key)}`;
}
