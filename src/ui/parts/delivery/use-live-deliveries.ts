'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { DeliveryListInput } from '#src/contract/event/delivery.ts';
import { idAbove } from '#src/ui/data/live/id-above.ts';
import { useLive } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { countNewer, mergeDeliveries } from './live-delivery-rows.ts';

/** Poll intervals of the list: `pollMs` without the stream of changes, `calmMs` with it. */
const pollMs = 3_000;
const calmMs = 20_000;

/**
 * Loads a page of deliveries that is live but does not move. The page is loaded once. Then the same range of ids is
 * requested again and again, and on the newest page also the number of newer deliveries. `reload` loads the page again.
 */
export function useLiveDeliveries(input: DeliveryListInput) {
  const trpc = useTRPC();
  const page = useQuery(
    trpc.deliveries.list.queryOptions(input, {
      refetchOnMount: 'always',
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: keepPreviousData,
      // An empty list updates itself, because it has no rows that could jump.
      refetchInterval: ({ state }) => (state.data?.deliveries.length === 0 ? pollMs : false),
    }),
  );
  const settled = page.isSuccess && !page.isPlaceholderData && !page.isRefetching;
  const loaded = page.data?.deliveries ?? [];
  const newest = loaded[0];
  const isFirst = input.cursor === undefined;
  const isLive = useLive(['deliveries'], () => {
    // A running request is not cancelled: under load no answer would ever arrive.
    const look = { cancelRefetch: false };
    if (newest === undefined) void page.refetch(look);
    if (!live.enabled) return;
    void fresh.refetch(look);
    if (isFirst) void newer.refetch(look);
  });
  const live = {
    enabled: settled && newest !== undefined,
    refetchInterval: isLive ? calmMs : pollMs,
    staleTime: 0,
    gcTime: 0,
    queryKeyHashFn: liveKey,
  };
  const cursor = newest && isFirst ? idAbove(newest.id) : input.cursor;
  const fresh = useQuery(trpc.deliveries.list.queryOptions({ ...input, cursor }, live));
  const newer = useQuery(trpc.deliveries.list.queryOptions(input, { ...live, enabled: live.enabled && isFirst }));
  const merged = mergeDeliveries(loaded, settled ? fresh.data?.deliveries : undefined);
  const after = countNewer(loaded, settled && isFirst ? newer.data?.deliveries : undefined);
  return {
    ...merged,
    newCount: after.count + merged.cameBetween,
    /** True if there may be more new deliveries than were counted. */
    newCapped: after.capped,
    nextCursor: page.isPlaceholderData ? null : (page.data?.nextCursor ?? null),
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}

/** Returns the cache key of the live copy of a page. Both may have the same input, but must not share a cache entry. */
function liveKey(key: readonly unknown[]): string {
  return `live ${JSON.stringify(key)}`;
}
