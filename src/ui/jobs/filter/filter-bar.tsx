'use client';

import type { ReactNode } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TimeRange } from '#src/ui/parts/table/time-range.tsx';
import { Chip } from '#src/ui/parts/text/chip.tsx';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import { AddFilter } from './add-filter.tsx';
import { type Filters, filterNames, filtersUrl, isFiltered, type NamedFilter } from './filters.ts';

const words: Record<NamedFilter, { field: string; operator?: string }> = {
  host: { field: 'host' },
  notHost: { field: 'host', operator: 'is not' },
  label: { field: 'label' },
  status: { field: 'status' },
  method: { field: 'method' },
  flow: { field: 'flow' },
  upstream: { field: 'upstream' },
  model: { field: 'model' },
  key: { field: 'API key' },
  failure: { field: 'failure', operator: 'is' },
  rerunOf: { field: 'runs again', operator: 'job' },
};

export function FilterBar({ filters, children }: { filters: Filters; children: ReactNode }) {
  const openId = useOpenId();
  const set = filterNames.filter((name) => filters[name]);
  return (
    <search className="flex min-h-7 flex-wrap items-center gap-2">
      <SearchField
        label="Search jobs"
        placeholder="Part of a URL, or any id"
        value={filters.text}
        urlOf={(text) => filtersUrl(filters, { text })}
        // The list itself finds jobs and responses by their ids.
        opens={(text) => !/^\s*(job|resp)_/.test(text) && openId(text)}
      />
      <TimeRange range={filters} urlOf={(range) => filtersUrl(filters, range)} />
      {set.map((name) => (
        <Chip
          key={name}
          {...words[name]}
          value={filters[name]}
          onRemove={() => goTo(filtersUrl(filters, { [name]: '' }))}
        />
      ))}
      <AddFilter filters={filters} />
      {isFiltered(filters) && (
        <ShallowLink href="/jobs" className={buttonClass('ghost', 'small')}>
          Clear
        </ShallowLink>
      )}
      <span className="flex-1" />
      {children}
    </search>
  );
}
