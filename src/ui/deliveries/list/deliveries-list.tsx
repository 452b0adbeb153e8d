'use client';

import clsx from 'clsx';
import { useRef } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { SearchX, Send } from '#src/ui/icons/icons.ts';
import { DeliveriesTable } from '#src/ui/parts/delivery/deliveries-table.tsx';
import type { useLiveDeliveries } from '#src/ui/parts/delivery/use-live-deliveries.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { ListFoot } from '#src/ui/parts/table/list-foot.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { SkeletonRows } from '#src/ui/parts/table/skeleton-rows.tsx';
import { StaleNote } from '#src/ui/parts/table/stale-note.tsx';
import { useListKeys } from '#src/ui/parts/table/use-list-keys.ts';
import type { Selection } from '#src/ui/parts/table/use-selection.ts';
import { type DeliveryFilters, deliveriesQuery, deliveriesUrl, deliveryPageSize } from './delivery-filters.ts';

type Props = {
  filters: DeliveryFilters;
  list: ReturnType<typeof useLiveDeliveries>;
  endpoints: readonly Endpoint[];
  /** Ticked rows; undefined: rows cannot be ticked. */
  ticked: { selection: Selection; onSelect: (next: Selection) => void } | undefined;
};

/** Shows the table of deliveries and its pages. Without rows, a failure, a skeleton or an empty state is shown. */
export function DeliveriesList({ filters, list, endpoints, ticked }: Props) {
  const card = useRef<HTMLElement>(null);
  useListKeys({
    card,
    first: list.rows[0]?.delivery.id,
    selection: ticked?.selection ?? {},
    onSelect: ticked?.onSelect,
  });
  return (
    <section
      ref={card}
      aria-label="Deliveries"
      aria-busy={list.isPending || list.isStale || list.isReloading}
      className="card @container/list overflow-clip"
    >
      <ListBody filters={filters} list={list} endpoints={endpoints} ticked={ticked} />
      <ListFoot
        what="deliveries"
        perPage={deliveryPageSize}
        list={list}
        urlOf={(page) => deliveriesUrl(filters, page)}
        selectable={ticked !== undefined}
      />
    </section>
  );
}

function ListBody({ filters, list, endpoints, ticked }: Props) {
  if (list.error) return <Failure error={list.error} what="The deliveries could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonRows rows={deliveryPageSize} />;
  if (list.rows.length === 0) return <NoMatch filters={filters} searching={list.searchedTo !== null} />;
  return (
    <div className="relative">
      {list.isStale && <StaleNote />}
      <div className={clsx('transition-opacity', list.isStale && 'opacity-60')}>
        <DeliveriesTable
          peeks
          rows={list.rows}
          endpoints={new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))}
          {...(ticked && { ticked })}
        />
      </div>
    </div>
  );
}

function NoMatch({ filters, searching }: { filters: DeliveryFilters; searching: boolean }) {
  const filtered = deliveriesQuery(filters) !== '';
  const isFirst = filters.cursor === null && filters.before === null;
  if (!filtered && !searching && isFirst)
    return (
      <EmptyState icon={Send} title="No delivery yet">
        A job that has a callback makes one when it ends.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={SearchX}
      title={searching ? 'None found yet' : filtered ? 'No delivery matches' : 'No older deliveries'}
      action={
        <ShallowLink href="/deliveries" className={buttonClass()}>
          Show all deliveries
        </ShallowLink>
      }
    >
      {searching
        ? 'The newest deliveries have been looked through; there may be older ones.'
        : filtered
          ? 'This page fills by itself when one does.'
          : 'These were the first ones.'}
    </EmptyState>
  );
}
