'use client';

import clsx from 'clsx';
import { SearchX } from 'lucide-react';
import { useRef } from 'react';
import { useKeys } from '#src/ui/data/use-keys.ts';
import { buttonClass } from '#src/ui/parts/button.tsx';
import { Failure } from '#src/ui/parts/failure.tsx';
import { FilterLink } from './filter-link.tsx';
import { type Filters, isFiltered } from './filters.ts';
import { JobsTable } from './jobs-table.tsx';
import { Pager } from './pager.tsx';
import { SkeletonRows } from './skeleton-rows.tsx';
import type { useLiveJobs } from './use-live-jobs.ts';

type Props = { filters: Filters; list: ReturnType<typeof useLiveJobs> };

/** The table with what stands in its place while there is none, and the pager. */
export function JobsList({ filters, list }: Props) {
  const card = useRef<HTMLElement>(null);
  const move = (step: 1 | -1) => focusRow(card.current, step);
  useKeys({ j: () => move(1), k: () => move(-1) });
  return (
    <section ref={card} aria-label="Jobs" aria-busy={list.isPending || list.isStale} className="card overflow-clip">
      <ListBody filters={filters} list={list} />
      <Pager filters={filters} nextCursor={list.isStale ? null : list.nextCursor} />
    </section>
  );
}

function ListBody({ filters, list }: Props) {
  if (list.error) return <Failure error={list.error} what="The jobs could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonRows />;
  if (list.rows.length === 0) return <NoMatch filters={filters} />;
  return (
    <div className={clsx('transition-opacity', list.isStale && 'opacity-60')}>
      <JobsTable rows={list.rows} />
    </div>
  );
}

function NoMatch({ filters }: { filters: Filters }) {
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-9 text-center">
      <SearchX size={20} aria-hidden className="mb-1 text-fg-subtle" />
      <b>{isFiltered(filters) ? 'No job matches' : 'No older jobs'}</b>
      <p className="max-w-[44ch] text-balance text-fg-muted">
        {isFiltered(filters) ? 'This page fills by itself when one does.' : 'These were the first ones.'}
      </p>
      <FilterLink href="/jobs" className={`${buttonClass()} mt-2.5`}>
        Show all jobs
      </FilterLink>
    </div>
  );
}

/** The keyboard's cursor is the focus itself: Enter opens, and a screen reader follows. */
function focusRow(card: HTMLElement | null, step: 1 | -1): void {
  const links = [...(card?.querySelectorAll<HTMLElement>('.row-link') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const target = at < 0 ? links[0] : links[at + step];
  target?.focus({ focusVisible: true } as FocusOptions);
  target?.scrollIntoView({ block: 'nearest' });
}
