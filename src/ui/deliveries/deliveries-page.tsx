'use client';

import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { useSearchParams } from 'next/navigation';
import { endpointEvents } from '#src/contract/endpoint/endpoint.ts';
import { asyncJobEvents, responseEvents } from '#src/contract/event/event-names.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SearchX, Send, X } from '#src/ui/icons/icons.ts';
import { DeliveriesTable } from '#src/ui/parts/delivery/deliveries-table.tsx';
import { useLiveDeliveries } from '#src/ui/parts/delivery/use-live-deliveries.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TabLinks, tabClass } from '#src/ui/parts/page/tabs.tsx';
import { NewRows } from '#src/ui/parts/table/new-rows.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { StaleNote } from '#src/ui/parts/table/stale-note.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import {
  type DeliveryFilters,
  deliveriesUrl,
  deliveryInputOf,
  deliveryPageSize,
  readDeliveryFilters,
} from './delivery-filters.ts';

const noFilters: DeliveryFilters = { state: null, endpoint: '', type: '', job: '', cursor: null };

/** Page that lists every delivery, pending or ended. */
export function DeliveriesPage() {
  const filters = readDeliveryFilters(useSearchParams());
  const list = useLiveDeliveries(deliveryInputOf(filters));
  return (
    <>
      <TopBar>
        <span>Deliveries</span>
      </TopBar>
      <PageBody>
        <PageHead title="Deliveries">
          <NewRows list={list} words={['delivery', 'deliveries']} />
        </PageHead>
        <TabLinks label="States" current={filters.state ?? 'all'}>
          {[null, ...deliveryStates].map((state) => (
            <ShallowLink
              key={state ?? 'all'}
              href={deliveriesUrl(filters, { state })}
              aria-current={filters.state === state ? 'page' : undefined}
              className={tabClass(filters.state === state)}
            >
              {state === null ? 'All' : stateLook(state).word}
            </ShallowLink>
          ))}
        </TabLinks>
        <FilterLine filters={filters} />
        <Card label="Deliveries" busy={list.isPending || list.isStale || list.isReloading}>
          <ListBody filters={filters} list={list} />
          <Pager
            cursor={filters.cursor}
            nextCursor={list.nextCursor}
            urlOf={(cursor) => deliveriesUrl(filters, { cursor })}
          >
            {deliveryPageSize} per page, newest first
          </Pager>
        </Card>
      </PageBody>
    </>
  );
}

function ListBody({ filters, list }: { filters: DeliveryFilters; list: ReturnType<typeof useLiveDeliveries> }) {
  if (list.error) return <Failure error={list.error} what="The deliveries could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonTable rows={10} />;
  if (list.rows.length > 0) {
    return (
      <div className="relative">
        {list.isStale && <StaleNote />}
        <div className={clsx('transition-opacity', list.isStale && 'opacity-60')}>
          <DeliveriesTable rows={list.rows} />
        </div>
      </div>
    );
  }
  const isFiltered = deliveriesUrl({ ...filters, cursor: null }) !== '/deliveries';
  return (
    <EmptyState
      icon={isFiltered ? SearchX : Send}
      title={isFiltered ? 'No delivery matches' : 'No delivery yet'}
      action={
        isFiltered && (
          <ShallowLink href="/deliveries" className={buttonClass()}>
            Show all deliveries
          </ShallowLink>
        )
      }
    >
      {isFiltered ? 'This page fills by itself when one does.' : 'A job that has a callback makes one when it ends.'}
    </EmptyState>
  );
}

function FilterLine({ filters }: { filters: DeliveryFilters }) {
  const trpc = useTRPC();
  const endpoints = useQuery(trpc.endpoints.list.queryOptions()).data?.endpoints ?? [];
  const types = [...endpointEvents, ...responseEvents, ...asyncJobEvents, 'endpoint.test'];
  const known = endpoints.map(({ id, name }) => ({ value: id, label: name }));
  // An endpoint that was deleted still filters the deliveries that it got.
  if (filters.endpoint && !known.some(({ value }) => value === filters.endpoint)) {
    known.push({ value: filters.endpoint, label: filters.endpoint });
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label="Endpoint"
        value={filters.endpoint || 'all'}
        onChange={(endpoint) => goTo(deliveriesUrl(filters, { endpoint: endpoint === 'all' ? '' : endpoint }))}
        options={[{ value: 'all', label: 'Any receiver' }, ...known]}
      />
      <Select
        label="Event"
        value={filters.type || 'all'}
        onChange={(type) => goTo(deliveriesUrl(filters, { type: type === 'all' ? '' : type }))}
        options={[{ value: 'all', label: 'Any event' }, ...types.map((type) => ({ value: type, label: type }))]}
      />
      {deliveriesUrl(filters) !== '/deliveries' && (
        <ShallowLink href={deliveriesUrl(noFilters)} className={buttonClass('ghost', 'small')}>
          <X size={14} aria-hidden /> Clear
        </ShallowLink>
      )}
    </div>
  );
}
