'use client';

import type { ReactNode } from 'react';
import { currentSearch } from '#src/ui/data/browser/address.ts';
import { FilterBar } from '#src/ui/parts/search/filter-bar.tsx';
import type { ListSearch } from '#src/ui/parts/search/list-search.ts';
import { TimeRange } from '#src/ui/parts/table/time-range.tsx';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import { jobChipValue, jobSearchPlan } from './filter-words.ts';
import { type Filters, filterNames, filtersUrl, isFiltered, readFilters, unfilteredUrl } from './filters.ts';

/** Searches and filters the list of jobs. */
export function JobFilterBar({ filters, children }: { filters: Filters; children: ReactNode }) {
  const openId = useOpenId();
  return (
    <FilterBar
      search={searchOf(filters)}
      // The list itself finds jobs and responses by their ids.
      opens={(text) => !/^\s*(job|resp)_/.test(text) && openId(text)}
      times={<TimeRange range={filters} urlOf={(range) => filtersUrl(filters, range)} />}
    >
      {children}
    </FilterBar>
  );
}

function searchOf(filters: Filters): ListSearch {
  const named = Object.fromEntries(filterNames.map((name) => [name, filters[name]]));
  return {
    plan: jobSearchPlan,
    words: { ...named, state: filters.state ?? '', text: filters.text },
    metadata: filters.metadata,
    urlOf({ words = {}, metadata = filters.metadata }) {
      const { state = filters.state, ...others } = words;
      return filtersUrl(filters, { ...others, metadata, state: state || null } as Partial<Filters>);
    },
    current: () => searchOf(readFilters(currentSearch())),
    clearUrl: isFiltered(filters) ? unfilteredUrl(filters) : null,
    chipValue: jobChipValue,
  };
}
