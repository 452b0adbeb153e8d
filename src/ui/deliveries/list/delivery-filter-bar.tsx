'use client';

import type { ReactNode } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { currentSearch } from '#src/ui/data/browser/address.ts';
import { FilterBar } from '#src/ui/parts/search/filter-bar.tsx';
import type { ListSearch } from '#src/ui/parts/search/list-search.ts';
import { TimeRange } from '#src/ui/parts/table/time-range.tsx';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import {
  type DeliveryFilters,
  deliveriesQuery,
  deliveriesUrl,
  deliveryChips,
  readDeliveryFilters,
} from './delivery-filters.ts';
import { deliverySearchPlan } from './delivery-search-plan.ts';

type Props = { filters: DeliveryFilters; endpoints: readonly Endpoint[]; children: ReactNode };

/** Searches and filters the list of deliveries. */
export function DeliveryFilterBar({ filters, endpoints, children }: Props) {
  const openId = useOpenId();
  return (
    <FilterBar
      search={searchOf(filters, endpoints)}
      // The list itself finds deliveries by these ids.
      opens={(text) => !/^\s*(dlv|evt|att|end|job|resp)_/.test(text) && openId(text)}
      times={<TimeRange attempts range={filters} urlOf={(range) => deliveriesUrl(filters, range)} />}
    >
      {children}
    </FilterBar>
  );
}

function searchOf(filters: DeliveryFilters, endpoints: readonly Endpoint[]): ListSearch {
  const named = Object.fromEntries(deliveryChips.map((name) => [name, filters[name]]));
  return {
    plan: deliverySearchPlan,
    words: { ...named, state: filters.state ?? '', text: filters.text },
    metadata: [],
    urlOf({ words = {} }) {
      const { state = filters.state, ...others } = words;
      return deliveriesUrl(filters, { ...others, state: state || null } as Partial<DeliveryFilters>);
    },
    current: () => searchOf(readDeliveryFilters(currentSearch()), endpoints),
    clearUrl: deliveriesQuery(filters) === '' ? null : '/deliveries',
    // Links of other pages name an endpoint by its id, so that they still lead to it once it has another name.
    chipValue: (name, value) => (name === 'endpoint' && endpoints.find(({ id }) => id === value)?.name) || value,
  };
}
