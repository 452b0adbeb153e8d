'use client';

import { useQuery } from '@tanstack/react-query';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';

/** Poll interval of the endpoint, whose pause says when the delivery goes. */
const refreshMs = 3_000;

/** Loads the endpoint of a delivery that has not ended; undefined for a URL of a job, and until it is known. */
export function useReceiver({ endpointId: id, endedAt }: Pick<DeliveryView, 'endpointId' | 'endedAt'>) {
  const trpc = useTRPC();
  const enabled = id !== null && endedAt === null;
  return useQuery(trpc.endpoints.get.queryOptions({ id: id ?? '' }, { enabled, refetchInterval: refreshMs })).data;
}
