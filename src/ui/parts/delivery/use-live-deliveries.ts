'use client';

import { useQuery } from '@tanstack/react-query';
import type { DeliveryPage } from '#src/contract/event/delivery.ts';
import type { DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { type LiveOptions, useLiveList } from '#src/ui/data/live/use-live-list.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/**
 * Loads a page of deliveries that is live but does not move. While the list is `held` because rows are selected, nothing
 * is requested. See `useLiveList`.
 */
export function useLiveDeliveries(input: DeliveryListInput, held = false) {
  const { kept, answer, ...list } = useLiveList('deliveries', input, useDeliveries, (page) => page.deliveries, held);
  return {
    ...list,
    rows: kept.map(({ item, left }) => ({ delivery: item, left })),
    previousCursor: answer?.previousCursor ?? null,
  };
}

function useDeliveries(input: DeliveryListInput, options: LiveOptions<DeliveryPage>) {
  return useQuery(useTRPC().deliveries.list.queryOptions(input, options));
}
