import Link from 'next/link';
import type { DeliveryLine, JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { whyNoDelivery } from '#src/ui/words/fact-text.ts';
import { foldGroup, stateCounts } from '#src/ui/words/receiver-groups.ts';

/** Lists the deliveries of the job, each with its receiver and its state, or says why there is none. */
export function PeekCallbacks({ view }: { view: JobView }) {
  const { job, deliveries } = view;
  const now = useNow(60_000);
  if (deliveries.length === 0 && !job.callback) return null;
  const { shown, hidden } = foldGroup(deliveries, now, null);
  const title = deliveries.length === 0 ? 'Callback' : 'Deliveries';
  return (
    <section className="card overflow-clip" aria-label={title}>
      <div className="card-head">
        <h3>{title}</h3>
      </div>
      {deliveries.length === 0 ? (
        <p className="px-4 py-2.5 text-fg-muted">{whyNoDelivery(view, now)}</p>
      ) : (
        <ul className="divide-y">
          {shown.map((delivery) => (
            <DeliveryItem key={delivery.id} delivery={delivery} />
          ))}
          {hidden.length > 0 && (
            <li className="px-4 py-2">
              <Link href={`/jobs/${job.id}`} prefetch={false} className="link text-12">
                {hidden.length.toLocaleString('en-US')} more: {stateCounts(hidden)}
              </Link>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function DeliveryItem({ delivery }: { delivery: DeliveryLine }) {
  const attempts = delivery.tries.length;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-0.5 px-4 py-2">
      <Link href={`/deliveries/${delivery.id}`} prefetch={false} className="link truncate font-mono text-12">
        {delivery.type}
      </Link>
      <StateMark state={delivery.state} look="quiet" />
      <span className="truncate font-mono text-12 text-fg-muted">
        <VisibleText text={delivery.endpoint?.name ?? delivery.url} />
      </span>
      <span className="text-right text-12 text-fg-subtle">{attempts === 1 ? '1 attempt' : `${attempts} attempts`}</span>
    </li>
  );
}
