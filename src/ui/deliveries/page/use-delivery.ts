'use client';

import { useQuery } from '@tanstack/react-query';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

const refreshMs = 2_000;
/** Poll interval for an ended delivery, which changes only when somebody sends it again. */
const calmMs = 15_000;

/** Loads a delivery with its attempts, and keeps it up to date. */
export function useDelivery(id: string) {
  const trpc = useTRPC();
  const queryKey = trpc.deliveries.get.queryKey({ id });
  const liveMs = useLiveRefresh(['deliveries'], [{ queryKey }], refreshMs);
  return useQuery(
    trpc.deliveries.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.endedAt === null ? liveMs : calmMs) },
    ),
  );
}
