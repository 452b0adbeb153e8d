'use client';

import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClass } from '#src/ui/parts/button.tsx';
import { AddFilter } from './add-filter.tsx';
import { FilterLink } from './filter-link.tsx';
import { type Filters, filtersUrl, isFiltered, type NamedFilter, namedFilters } from './filters.ts';
import { SearchBox } from './search-box.tsx';

export function FilterBar({ filters, children }: { filters: Filters; children: ReactNode }) {
  const set = namedFilters.filter((name) => filters[name]);
  return (
    <search className="flex min-h-7 flex-wrap items-center gap-2">
      <SearchBox filters={filters} />
      {set.map((name) => (
        <FilterChip key={name} name={name} filters={filters} />
      ))}
      <AddFilter filters={filters} />
      {isFiltered(filters) && (
        <FilterLink href="/jobs" className={buttonClass('ghost', 'small')}>
          Clear
        </FilterLink>
      )}
      <span className="flex-1" />
      {children}
    </search>
  );
}

function FilterChip({ name, filters }: { name: NamedFilter; filters: Filters }) {
  return (
    <span className="inline-flex h-7 max-w-full items-stretch overflow-hidden rounded-control border border-border-strong bg-surface whitespace-nowrap max-sm:h-10">
      <span className="flex min-w-0 items-center gap-[5px] px-2">
        <span className="text-fg-muted">{name}</span>
        <span className="text-fg-subtle">is</span>
        <span className="truncate font-medium">{filters[name]}</span>
      </span>
      <FilterLink
        href={filtersUrl(filters, { [name]: '' })}
        aria-label={`Remove the filter ${name}`}
        className="grid w-7 flex-none place-items-center border-l text-fg-subtle hover:bg-hover hover:text-fg max-sm:w-10"
      >
        <X size={14} aria-hidden />
      </FilterLink>
    </span>
  );
}
