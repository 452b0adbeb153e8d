'use client';

import { useQuery } from '@tanstack/react-query';
import type { DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { idAbove } from '#src/ui/data/live/id-above.ts';
import { countNewer } from '#src/ui/data/live/merge-page.ts';
import { stillPage, useLivePage } from '#src/ui/data/live/use-live-page.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { mergeDeliveries } from './live-delivery-rows.ts';

/** Poll interval of the list without the stream of changes. */
const pollMs = 3_000;

/**
 * Loads a page of deliveries that is live but does not move. The page is loaded once. Then the same range of ids is
 * requested again and again, and on the newest page also the number of newer deliveries. `reload` loads the page again.
 * While the list is `held` because rows are selected, nothing is requested.
 */
export function useLiveDeliveries(input: DeliveryListInput, held = false) {
  const trpc = useTRPC();
  const page = useQuery(
    trpc.deliveries.list.queryOptions(input, {
      ...stillPage,
      // An empty list updates itself, because it has no rows that could jump.
      refetchInterval: ({ state }) => (state.data?.deliveries.length === 0 && !state.data.searchedTo ? pollMs : false),
    }),
  );
  const loaded = page.data?.deliveries ?? [];
  const newest = loaded[0];
  const isFirst = input.cursor === undefined && input.before === undefined;
  const { settled, query } = useLivePage(
    'deliveries',
    page,
    { isEmpty: newest === undefined, pollMs, held },
    (options) => {
      void fresh.refetch(options);
      if (isFirst) void newer.refetch(options);
    },
  );
  const from = newest && isFirst ? { cursor: idAbove(newest.id) } : {};
  const fresh = useQuery(trpc.deliveries.list.queryOptions({ ...input, ...from }, query));
  const newer = useQuery(trpc.deliveries.list.queryOptions(input, { ...query, enabled: query.enabled && isFirst }));
  const merged = mergeDeliveries(loaded, settled ? fresh.data?.deliveries : undefined);
  const after = countNewer(loaded, settled && isFirst ? newer.data?.deliveries : undefined);
  return {
    ...merged,
    newCount: after.count + merged.cameBetween,
    /** True if there may be more new deliveries than were counted. */
    newCapped: after.capped,
    nextCursor: page.isPlaceholderData ? null : (page.data?.nextCursor ?? null),
    previousCursor: page.isPlaceholderData ? null : (page.data?.previousCursor ?? null),
    searchedTo: page.data?.searchedTo ?? null,
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}
