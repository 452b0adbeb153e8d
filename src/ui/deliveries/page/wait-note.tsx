'use client';

import { useQuery } from '@tanstack/react-query';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { isHeld, whyItWaits } from '#src/contract/event/delivery-wait.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Banner } from '#src/ui/parts/page/banner.tsx';

/** Poll interval of the endpoint, whose pause says when the delivery goes. */
const refreshMs = 3_000;

/** Loads the endpoint of a delivery that has not ended; undefined for a URL of a job, and until it is known. */
export function useReceiver({ endpointId: id, endedAt }: Pick<DeliveryView, 'endpointId' | 'endedAt'>) {
  const trpc = useTRPC();
  const enabled = id !== null && endedAt === null;
  return useQuery(trpc.endpoints.get.queryOptions({ id: id ?? '' }, { enabled, refetchInterval: refreshMs })).data;
}

/** Says of a delivery that has not ended why it waits and when it goes, and why its last attempt failed. */
export function WaitNote({ delivery }: { delivery: DeliveryView }) {
  const now = useNow(1_000);
  const endpoint = useReceiver(delivery);
  if (delivery.endedAt !== null) return null;
  return (
    <Banner tone={isHeld(endpoint) ? 'failed' : delivery.lastFailure ? 'retrying' : 'info'}>
      {whyItWaits(delivery, endpoint, now)}
      {delivery.lastFailure && <span className="text-fg-muted"> The last attempt: {delivery.lastFailure.message}</span>}
    </Banner>
  );
}
