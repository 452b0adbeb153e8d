'use client';

import Link from 'next/link';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { CopyCurl } from './copy-curl.tsx';
import { DeliveryActions } from './delivery-actions.tsx';
import { DeliveryAttemptsCard } from './delivery-attempts-card.tsx';
import { DeliveryFacts } from './delivery-facts.tsx';
import { NoDelivery } from './no-delivery.tsx';
import { SentCard } from './sent-card.tsx';
import { useDelivery } from './use-delivery.ts';
import { WaitNote } from './wait-note.tsx';

/** Page of one delivery: its state, each attempt with its answer, and the next attempt. */
export function DeliveryPage({ id }: { id: string }) {
  const query = useDelivery(id);
  return (
    <>
      <TopBar>
        <Link href="/deliveries" className="text-fg-muted hover:text-fg">
          Deliveries
        </Link>
        <span className="text-fg-faint">/</span>
        <span className="truncate font-mono text-12">{id}</span>
      </TopBar>
      <PageBody capped>
        {query.data ? (
          <Loaded delivery={query.data} />
        ) : query.error ? (
          <NoDelivery id={id} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <div className="grid gap-4" aria-hidden>
            <div className="grid h-14 content-center gap-2">
              <Skeleton className="h-5 w-56" />
              <Skeleton className="w-96" />
            </div>
            <div className="card h-[66px]" />
            <div className="card h-[160px]" />
          </div>
        )}
      </PageBody>
    </>
  );
}

function Loaded({ delivery }: { delivery: DeliveryView }) {
  return (
    <>
      <TabTitle parts={[stateLook(delivery.state).word.toLowerCase(), delivery.type, receiverName(delivery)]} />
      <Head delivery={delivery} />
      <WaitNote delivery={delivery} />
      <DeliveryFacts delivery={delivery} />
      <DeliveryAttemptsCard delivery={delivery} />
      <SentCard id={delivery.id} />
    </>
  );
}

function Head({ delivery }: { delivery: DeliveryView }) {
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 wrap-anywhere">{delivery.type}</span>
          <StateMark state={delivery.state} look="pill" />
        </h1>
        <p className="mt-1 font-mono text-12 wrap-anywhere text-fg-muted">{delivery.url}</p>
        <p className="mt-0.5 flex items-center gap-1.5 font-mono text-12 text-fg-subtle">
          <span className="min-w-0 wrap-anywhere">{delivery.eventId}</span>
          <CopyButton text={delivery.eventId} label="Copy the event's id, which is its webhook-id" />
        </p>
      </div>
      <CopyCurl id={delivery.id} />
      <DeliveryActions delivery={delivery} />
    </div>
  );
}

function receiverName({ endpointName, url }: DeliveryView): string {
  return `to ${endpointName ?? urlParts(url).host}`;
}
