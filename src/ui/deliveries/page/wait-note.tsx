'use client';

import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { isHeld, whyItWaits } from '#src/contract/event/delivery-wait.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useReceiver } from '#src/ui/parts/delivery/use-receiver.ts';
import { Banner } from '#src/ui/parts/page/banner.tsx';

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
