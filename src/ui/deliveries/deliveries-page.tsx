'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX, Send, X } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { endpointEvents } from '#src/contract/endpoint.ts';
import { deliveryStates } from '#src/domain/job-state.ts';
import { goTo } from '#src/ui/data/address.ts';
import { useTRPC } from '#src/ui/data/trpc.ts';
import { buttonClass } from '#src/ui/parts/button.tsx';
import { Card } from '#src/ui/parts/card.tsx';
import { EmptyState } from '#src/ui/parts/empty-state.tsx';
import { Failure } from '#src/ui/parts/failure.tsx';
import { PageHead } from '#src/ui/parts/page-head.tsx';
import { Pager } from '#src/ui/parts/pager.tsx';
import { Select } from '#src/ui/parts/select.tsx';
import { ShallowLink } from '#src/ui/parts/shallow-link.tsx';
import { SkeletonTable } from '#src/ui/parts/skeleton.tsx';
import { tabClass, tabListClass } from '#src/ui/parts/tabs.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { TopBar } from '#src/ui/shell/top-bar.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { DeliveriesTable } from './deliveries-table.tsx';
import {
  type DeliveryFilters,
  deliveriesUrl,
  deliveryInputOf,
  deliveryPageSize,
  readDeliveryFilters,
} from './delivery-filters.ts';
import { NewDeliveries } from './new-deliveries.tsx';
import { useLiveDeliveries } from './use-live-deliveries.ts';

const noFilters: DeliveryFilters = { state: null, endpoint: '', type: '', job: '', cursor: null };

/** Every event on its way to a receiver, or arrived. */
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
          <NewDeliveries list={list} />
        </PageHead>
        <nav aria-label="States" className={tabListClass}>
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
        </nav>
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
  if (list.rows.length > 0) return <DeliveriesTable rows={list.rows} />;
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
  const types = [...endpointEvents, 'endpoint.test'];
  const known = endpoints.map(({ id, name }) => ({ value: id, label: name }));
  // An endpoint that was deleted is still a filter of what it got.
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
