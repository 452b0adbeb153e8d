'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { lazy } from 'react';
import { useFixedNow } from '#src/ui/data/live/use-fixed-now.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { DeliveriesList } from '#src/ui/deliveries/list/deliveries-list.tsx';
import { DeliveryFilterBar } from '#src/ui/deliveries/list/delivery-filter-bar.tsx';
import {
  deliveriesQuery,
  deliveryFilterOf,
  deliveryListOf,
  readDeliveryFilters,
} from '#src/ui/deliveries/list/delivery-filters.ts';
import { DeliveryTabs } from '#src/ui/deliveries/list/delivery-tabs.tsx';
import { ResendBar } from '#src/ui/deliveries/list/resend-bar.tsx';
import { useLiveDeliveries } from '#src/ui/parts/delivery/use-live-deliveries.ts';
import { ViewsMenu } from '#src/ui/parts/search/views-menu.tsx';
import { ExportMenu } from '#src/ui/parts/table/export-menu.tsx';
import { ListPeek } from '#src/ui/parts/table/list-peek.tsx';
import { NewRows } from '#src/ui/parts/table/new-rows.tsx';
import { usePeek } from '#src/ui/parts/table/use-peek.ts';
import { useSelection } from '#src/ui/parts/table/use-selection.ts';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';

const DeliveryPeek = lazy(async () => ({
  default: (await import('#src/ui/deliveries/peek/delivery-peek.tsx')).DeliveryPeek,
}));

/** Page that finds and watches the project's deliveries, and sends many of them again. */
export function DeliveriesPage() {
  const filters = readDeliveryFilters(useSearchParams());
  const query = deliveriesQuery(filters);
  const nowMs = useFixedNow(query);
  const { selection, everyone, setSelection, setEveryone } = useSelection(query);
  const mayWrite = useMayWrite();
  const ids = Object.keys(selection);
  const held = ids.length > 0;
  const filter = deliveryFilterOf(filters, nowMs);
  const list = useLiveDeliveries(deliveryListOf(filters, nowMs), held);
  const peek = usePeek();
  const trpc = useTRPC();
  const endpoints = useQuery(trpc.endpoints.list.queryOptions(undefined, { staleTime: 5_000 })).data?.endpoints ?? [];
  return (
    <>
      <TopBar>
        <span>Deliveries</span>
      </TopBar>
      <PageBody beside={peek.id !== null}>
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          <h1>Deliveries</h1>
          <ViewsMenu page="deliveries" query={query} isFiltered={query !== ''} />
          <span className="flex-1" />
          <ExportMenu of="deliveries" filter={filter} />
        </div>
        <DeliveryTabs filters={filters} filter={filter} held={held} />
        <DeliveryFilterBar filters={filters} endpoints={endpoints}>
          {held ? (
            <span className="text-12 text-fg-subtle">Refresh is paused while rows are selected</span>
          ) : (
            <NewRows list={list} words={['delivery', 'deliveries']} />
          )}
        </DeliveryFilterBar>
        <DeliveriesList
          filters={filters}
          list={list}
          endpoints={endpoints}
          ticked={mayWrite ? { selection, onSelect: setSelection } : undefined}
        />
        <ResendBar
          ids={ids}
          filter={filter}
          everyone={everyone}
          onEveryone={setEveryone}
          onClear={() => setSelection({})}
          onDone={list.reload}
        />
      </PageBody>
      <ListPeek peek={peek} ids={list.rows.map(({ delivery }) => delivery.id)} panel={DeliveryPeek} />
    </>
  );
}
