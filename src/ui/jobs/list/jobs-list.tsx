'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { useRef } from 'react';
import { useRememberedList } from '#src/ui/data/job/list-before.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { Inbox, SearchX } from '#src/ui/icons/icons.ts';
import { type Filters, filtersUrl, isFiltered, pageSize, unfilteredUrl } from '#src/ui/jobs/filter/filters.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { ListFoot } from '#src/ui/parts/table/list-foot.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { SkeletonRows } from '#src/ui/parts/table/skeleton-rows.tsx';
import { StaleNote } from '#src/ui/parts/table/stale-note.tsx';
import { useListKeys } from '#src/ui/parts/table/use-list-keys.ts';
import type { Selection } from '#src/ui/parts/table/use-selection.ts';
import { JobsTable } from './jobs-table.tsx';
import type { TablePrefs } from './table-prefs.ts';
import type { useLiveJobs } from './use-live-jobs.ts';

type Props = {
  filters: Filters;
  list: ReturnType<typeof useLiveJobs>;
  prefs: TablePrefs;
  selectable: boolean;
  selection: Selection;
  onSelect: (next: Selection) => void;
};

/**
 * Shows the table and the pager. Without rows, a failure, a skeleton or an empty state is shown instead of the table.
 */
export function JobsList(props: Props) {
  const { filters, list, selection, selectable, onSelect } = props;
  const card = useRef<HTMLElement>(null);
  useRememberedList(list.rows.map(({ job }) => job.id));
  useListKeys({ card, first: list.rows[0]?.job.id, selection, onSelect: selectable ? onSelect : undefined });
  return (
    <section
      ref={card}
      aria-label="Jobs"
      aria-busy={list.isPending || list.isStale || list.isReloading}
      className="card @container/list overflow-clip"
    >
      <ListBody {...props} />
      <ListFoot
        what="jobs"
        perPage={pageSize}
        list={list}
        urlOf={(page) => filtersUrl(filters, page)}
        selectable={selectable}
      />
    </section>
  );
}

function ListBody({ filters, list, prefs, selectable, selection, onSelect }: Props) {
  if (list.error) return <Failure error={list.error} what="The jobs could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonRows rows={pageSize} />;
  if (list.rows.length === 0) return <NoMatch filters={filters} searching={list.searchedTo !== null} />;
  return (
    <div className="relative">
      {list.isStale && <StaleNote />}
      <div
        className={clsx(
          'transition-opacity',
          list.isStale && 'opacity-60',
          filters.columns.length > 0 && 'overflow-x-auto',
        )}
      >
        <JobsTable
          rows={list.rows}
          columns={filters.columns}
          prefs={prefs}
          selectable={selectable}
          selection={selection}
          onSelect={onSelect}
        />
      </div>
    </div>
  );
}

function NoMatch({ filters, searching }: { filters: Filters; searching: boolean }) {
  const filtered = isFiltered(filters);
  if (!filtered && !searching && filters.cursor === null && filters.before === null) return <NoJobs />;
  return (
    <EmptyState
      icon={SearchX}
      title={searching ? 'None found yet' : filtered ? 'No job matches' : 'No older jobs'}
      action={
        <ShallowLink href={unfilteredUrl(filters)} className={buttonClass()}>
          Show all jobs
        </ShallowLink>
      }
    >
      {searching
        ? 'The newest jobs have been looked through; there may be older ones.'
        : filtered
          ? 'This page fills by itself when one does.'
          : 'These were the first ones.'}
    </EmptyState>
  );
}

function NoJobs() {
  const mayWrite = useMayWrite();
  return (
    <EmptyState
      icon={Inbox}
      title="No jobs yet"
      action={
        mayWrite && (
          <Link href="/try" className={buttonClass()}>
            Submit one by hand
          </Link>
        )
      }
    >
      This list fills by itself with the first one.
    </EmptyState>
  );
}
