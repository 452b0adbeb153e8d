'use client';

import { lazy, Suspense, useState } from 'react';
import { Plus } from '#src/ui/icons/icons.ts';
import { Popover } from '#src/ui/parts/overlay/popover.tsx';
import { AddChip } from '#src/ui/parts/text/chip.tsx';
import type { ListSearch } from './list-search.ts';

const FilterForm = lazy(async () => ({ default: (await import('./filter-form.tsx')).FilterForm }));

/** Adds a filter by name. */
export function AddFilter({ search }: { search: ListSearch }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      title="Add a filter"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <AddChip>
          <Plus size={14} aria-hidden />
          Filter
        </AddChip>
      }
    >
      <Suspense fallback={<div className="h-[108px]" />}>
        <FilterForm search={search} onDone={() => setOpen(false)} />
      </Suspense>
    </Popover>
  );
}
