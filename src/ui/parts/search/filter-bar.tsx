'use client';

import { lazy, type ReactNode, Suspense, useState } from 'react';
import { formatMetadataPath, parseMetadataMatch } from '#src/domain/text/metadata-path.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Popover } from '#src/ui/parts/overlay/popover.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { Chip } from '#src/ui/parts/text/chip.tsx';
import { AddFilter } from './add-filter.tsx';
import { filterValue, type ListSearch } from './list-search.ts';
import { SearchBox } from './search-box.tsx';

const FilterForm = lazy(async () => ({ default: (await import('./filter-form.tsx')).FilterForm }));

type Props = {
  search: ListSearch;
  /** See `SearchBox`. */
  opens: (text: string) => boolean;
  /** What chooses the times of the list. */
  times: ReactNode;
  children: ReactNode;
};

/** Search box of a list, its times, and a chip for each filter. */
export function FilterBar({ search, opens, times, children }: Props) {
  const { plan, words, metadata, clearUrl } = search;
  return (
    <search className="flex min-h-7 flex-wrap items-start gap-2">
      <SearchBox search={search} opens={opens} />
      {times}
      {Object.keys(words)
        .filter((name) => name in plan.chips && words[name])
        .map((name) => (
          <NamedChip key={`${name} ${words[name]}`} name={name} search={search} />
        ))}
      {metadata.map((match) => (
        <MetadataChip key={match} match={match} search={search} />
      ))}
      <AddFilter search={search} />
      {clearUrl !== null && (
        <ShallowLink href={clearUrl} className={buttonClass('ghost', 'small')}>
          Clear
        </ShallowLink>
      )}
      <span className="flex-1" />
      {children}
    </search>
  );
}

function NamedChip({ name, search }: { name: string; search: ListSearch }) {
  const { field = name, operator } = search.plan.chips[name] ?? {};
  return (
    <Chip
      field={field}
      operator={operator}
      value={search.chipValue(name, filterValue(search, name))}
      onRemove={() => goTo(search.current().urlOf({ words: { [name]: '' } }))}
      edit={(label) => (
        <EditFilter search={search} edited={name}>
          {label}
        </EditFilter>
      )}
    />
  );
}

function MetadataChip({ match, search }: { match: string; search: ListSearch }) {
  const { path, value } = parseMetadataMatch(match) ?? { path: [], value: '' };
  const remove = () => {
    const { metadata, urlOf } = search.current();
    goTo(urlOf({ metadata: metadata.filter((other) => other !== match) }));
  };
  return (
    <Chip
      field={formatMetadataPath(path)}
      value={value === '' ? '“”' : value}
      onRemove={remove}
      edit={(label) => (
        <EditFilter search={search} edited="metadata" match={match}>
          {label}
        </EditFilter>
      )}
    />
  );
}

type EditProps = { search: ListSearch; edited: string; match?: string; children: ReactNode };

/** Button on a chip that opens the form of its filter. */
function EditFilter({ search, edited, match, children }: EditProps) {
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
        <FilterForm search={search} edited={edited} match={match} onDone={() => setOpen(false)} />
      </Suspense>
    </Popover>
  );
}
