'use client';

import Link from 'next/link';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { DeliveryActions } from '#src/ui/deliveries/page/delivery-actions.tsx';
import { DeliveryAttemptsCard } from '#src/ui/deliveries/page/delivery-attempts-card.tsx';
import { NoDelivery } from '#src/ui/deliveries/page/no-delivery.tsx';
import { useDelivery } from '#src/ui/deliveries/page/use-delivery.ts';
import { WaitNote } from '#src/ui/deliveries/page/wait-note.tsx';
import { Receiver } from '#src/ui/parts/delivery/delivery-cells.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { PeekFrame, PeekInside, type PeekProps } from '#src/ui/parts/table/peek-frame.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';

/** Panel beside the list with the most important parts of a delivery's page. */
export function DeliveryPeek(props: PeekProps) {
  const { id } = props;
  const { data, error, refetch } = useDelivery(id);
  return (
    <PeekFrame
      {...props}
      what="delivery"
      href={`/deliveries/${id}`}
      spoken={data && `${data.type} to ${data.endpointName ?? data.url}`}
    >
      <PeekInside>
        {data ? (
          <Peeked key={id} delivery={data} />
        ) : error ? (
          <NoDelivery id={id} level={2} error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="grid gap-3" aria-hidden>
            <Skeleton className="h-5 w-56" />
            <div className="card h-[66px]" />
            <div className="card h-[160px]" />
          </div>
        )}
      </PeekInside>
    </PeekFrame>
  );
}

function Peeked({ delivery }: { delivery: DeliveryView }) {
  return (
    <>
      <header className="grid gap-2.5">
        <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-14 leading-5">
          <StateMark state={delivery.state} look="pill" />
          <span className="min-w-0 wrap-anywhere">{delivery.type}</span>
        </h2>
        <p className="flex items-center gap-1.5 font-mono text-12 text-fg-muted">
          <span className="min-w-0 wrap-anywhere">{delivery.eventId}</span>
          <CopyButton text={delivery.eventId} label="Copy the event's id, which is its webhook-id" />
        </p>
        <div className="flex flex-wrap gap-2">
          <DeliveryActions delivery={delivery} />
        </div>
      </header>
      <WaitNote delivery={delivery} />
      <PeekedFacts delivery={delivery} />
      <DeliveryAttemptsCard delivery={delivery} />
    </>
  );
}

function PeekedFacts({ delivery }: { delivery: DeliveryView }) {
  const { jobId, createdAt, endedAt, state } = delivery;
  return (
    <section className="card" aria-label="Facts">
      <Lines
        lines={[
          ['Receiver', <Receiver key="receiver" delivery={delivery} />],
          [
            'Job',
            jobId === null ? (
              'about no job'
            ) : (
              <Link key="job" href={`/jobs/${jobId}`} prefetch={false} className="link font-mono text-12">
                {jobId}
              </Link>
            ),
          ],
          ['Made', <Ago key="made" at={createdAt} sentence />],
          endedAt === null
            ? null
            : [state === 'delivered' ? 'Delivered' : 'Ended', <Ago key="end" at={endedAt} sentence />],
        ]}
      />
    </section>
  );
}
