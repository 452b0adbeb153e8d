'use client';

import { useQuery } from '@tanstack/react-query';
import type { RunListInput } from '#src/contract/run/run-view.ts';
import { idAbove } from '#src/ui/data/live/id-above.ts';
import { countNewer, mergePage } from '#src/ui/data/live/merge-page.ts';
import { stillPage, useLivePage } from '#src/ui/data/live/use-live-page.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Poll interval of the list without the stream of changes. */
const pollMs = 3_000;

/**
 * Loads a page of runs that is live but does not move. The page is loaded once. Then the same range of ids is requested
 * again and again, and on the newest page also the number of newer runs. `reload` loads the page again.
 */
export function useLiveRuns(input: RunListInput) {
  const trpc = useTRPC();
  const page = useQuery(
    trpc.runs.list.queryOptions(input, {
      ...stillPage,
      // An empty list updates itself, because it has no rows that could jump.
      refetchInterval: ({ state }) => (state.data?.runs.length === 0 && !state.data.searchedTo ? pollMs : false),
    }),
  );
  const loaded = page.data?.runs ?? [];
  const newest = loaded[0];
  const isFirst = input.cursor === undefined;
  const { settled, query } = useLivePage('runs', page, { isEmpty: newest === undefined, pollMs }, (options) => {
    void fresh.refetch(options);
    if (isFirst) void newer.refetch(options);
  });
  const cursor = newest && isFirst ? idAbove(newest.id) : input.cursor;
  const fresh = useQuery(trpc.runs.list.queryOptions({ ...input, cursor }, query));
  const newer = useQuery(trpc.runs.list.queryOptions(input, { ...query, enabled: query.enabled && isFirst }));
  const { kept, cameBetween, leftCount } = mergePage(loaded, settled ? fresh.data?.runs : undefined);
  const after = countNewer(loaded, settled && isFirst ? newer.data?.runs : undefined);
  return {
    rows: kept,
    leftCount,
    newCount: after.count + cameBetween,
    newCapped: after.capped,
    nextCursor: page.isPlaceholderData ? null : (page.data?.nextCursor ?? null),
    searchedTo: page.data?.searchedTo ?? null,
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}
