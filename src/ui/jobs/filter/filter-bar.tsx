'use client';

import { lazy, type ReactNode, Suspense, useState } from 'react';
import { formatMetadataPath, parseMetadataMatch } from '#src/domain/text/metadata-path.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Popover } from '#src/ui/parts/overlay/popover.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TimeRange } from '#src/ui/parts/table/time-range.tsx';
import { Chip } from '#src/ui/parts/text/chip.tsx';
import { AddFilter } from './add-filter.tsx';
import { chipValue, filterWords } from './filter-words.ts';
import { type Filters, filterNames, filtersUrl, isFiltered, type NamedFilter, unfilteredUrl } from './filters.ts';
import { SearchBox } from './search-box.tsx';

const FilterForm = lazy(async () => ({ default: (await import('./filter-form.tsx')).FilterForm }));

export function FilterBar({ filters, children }: { filters: Filters; children: ReactNode }) {
  return (
    <search className="flex min-h-7 flex-wrap items-start gap-2">
      <SearchBox filters={filters} />
      <TimeRange range={filters} urlOf={(range) => filtersUrl(filters, range)} />
      {filterNames
        .filter((name) => filters[name])
        .map((name) => (
          <NamedChip key={`${name} ${filters[name]}`} name={name} filters={filters} />
        ))}
      {filters.metadata.map((match) => (
        <MetadataChip key={match} match={match} filters={filters} />
      ))}
      <AddFilter filters={filters} />
      {isFiltered(filters) && (
        <ShallowLink href={unfilteredUrl(filters)} className={buttonClass('ghost', 'small')}>
          Clear
        </ShallowLink>
      )}
      <span className="flex-1" />
      {children}
    </search>
  );
}

function NamedChip({ name, filters }: { name: NamedFilter; filters: Filters }) {
  const { field, operator } = filterWords[name];
  return (
    <Chip
      field={field}
      operator={operator}
      value={chipValue(name, filters[name])}
      onRemove={() => goTo(filtersUrl(filters, { [name]: '' }))}
      edit={(label) => (
        <EditFilter filters={filters} edited={name}>
          {label}
        </EditFilter>
      )}
    />
  );
}

function MetadataChip({ match, filters }: { match: string; filters: Filters }) {
  const { path, value } = parseMetadataMatch(match) ?? { path: [], value: '' };
  const metadata = filters.metadata.filter((other) => other !== match);
  return (
    <Chip
      field={formatMetadataPath(path)}
      value={value === '' ? '“”' : value}
      onRemove={() => goTo(filtersUrl(filters, { metadata }))}
      edit={(label) => (
        <EditFilter filters={filters} edited="metadata" match={match}>
          {label}
        </EditFilter>
      )}
    />
  );
}

type EditProps = { filters: Filters; edited: NamedFilter | 'metadata'; match?: string; children: ReactNode };

/** Button on a chip that opens the form of its filter. */
function EditFilter({ filters, edited, match, children }: EditProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      title="Change the filter"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className="flex min-w-0 items-center gap-[5px] px-2 hover:bg-hover">
          {children}
        </button>
      }
    >
      <Suspense fallback={<div className="h-[108px]" />}>
        <FilterForm filters={filters} edited={edited} match={match} onDone={() => setOpen(false)} />
      </Suspense>
    </Popover>
  );
}
