'use client';

import type { JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import type { Selection } from '#src/ui/job/page/selection.ts';
import { whyNoDelivery } from '#src/ui/words/fact-text.ts';
import { DeliveryCard } from './delivery-card.tsx';

type Props = { view: JobView; selection: Selection; onSelect: (selection: Selection) => void };

/** Shows the callbacks of the job, or the reason why there is none. */
export function CallbackCards({ view, selection, onSelect }: Props) {
  const { job, deliveries } = view;
  if (deliveries.length === 0) return <NoDelivery view={view} />;
  return deliveries.map((delivery, index) => (
    <DeliveryCard
      key={delivery.id}
      jobId={job.id}
      delivery={delivery}
      label={deliveries.length === 1 ? 'Callback' : `Callback ${index + 1} of ${deliveries.length}: ${delivery.type}`}
      open={selection?.owner === delivery.id ? selection.number : null}
      onOpen={(number) => onSelect(number === null ? null : { owner: delivery.id, number })}
    />
  ));
}

function NoDelivery({ view }: { view: JobView }) {
  const { job } = view;
  const now = useNow(60_000);
  return (
    <section className="card" aria-label="Callback">
      <div className="card-head">
        <h2>Callback</h2>
      </div>
      <p className="p-4 wrap-anywhere text-fg-muted">
        {whyNoDelivery(view, now)} {job.callback && <code>{job.callback.url ?? job.callback.endpoint}</code>}
      </p>
    </section>
  );
}
