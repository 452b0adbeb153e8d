'use client';

import type { RowSelectionState } from '@tanstack/react-table';
import clsx from 'clsx';
import Link from 'next/link';
import { useRef } from 'react';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { Inbox, SearchX } from '#src/ui/icons/icons.ts';
import { type Filters, isFiltered } from '#src/ui/jobs/filter/filters.ts';
import { usePeek } from '#src/ui/jobs/peek/use-peek.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { StaleNote } from '#src/ui/parts/table/stale-note.tsx';
import { JobsTable } from './jobs-table.tsx';
import { ListFoot } from './list-foot.tsx';
import { SkeletonRows } from './skeleton-rows.tsx';
import type { TablePrefs } from './table-prefs.ts';
import type { useLiveJobs } from './use-live-jobs.ts';

type Props = {
  filters: Filters;
  list: ReturnType<typeof useLiveJobs>;
  prefs: TablePrefs;
  selectable: boolean;
  selection: RowSelectionState;
  onSelect: (next: RowSelectionState) => void;
};

/**
 * Shows the table and the pager. Without rows, a failure, a skeleton or an empty state is shown instead of the table.
 */
export function JobsList(props: Props) {
  const { filters, list, selection, selectable, onSelect } = props;
  const card = useRef<HTMLElement>(null);
  const toggle = () => {
    const id = focusedJob(card.current);
    if (!id || !selectable) return;
    const { [id]: was, ...others } = selection;
    onSelect(was ? others : { ...selection, [id]: true });
  };
  const peek = usePeek();
  const move = (step: 1 | -1) => {
    const id = focusRow(card.current, step, peek.id);
    if (peek.id !== null && id !== null) peek.show(id);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: toggle,
    p: () => {
      const id = focusedJob(card.current) ?? peek.id ?? list.rows[0]?.job.id ?? null;
      if (peek.id === id) peek.close();
      else peek.show(id);
    },
  });
  return (
    <section
      ref={card}
      aria-label="Jobs"
      aria-busy={list.isPending || list.isStale || list.isReloading}
      className="card @container/list overflow-clip"
    >
      <ListBody {...props} />
      <ListFoot filters={filters} list={list} selectable={selectable} />
    </section>
  );
}

function ListBody({ filters, list, prefs, selectable, selection, onSelect }: Props) {
  if (list.error) return <Failure error={list.error} what="The jobs could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonRows />;
  if (list.rows.length === 0) return <NoMatch filters={filters} searching={list.searchedTo !== null} />;
  return (
    <div className="relative">
      {list.isStale && <StaleNote />}
      <div className={clsx('transition-opacity', list.isStale && 'opacity-60')}>
        <JobsTable rows={list.rows} prefs={prefs} selectable={selectable} selection={selection} onSelect={onSelect} />
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
        <ShallowLink href="/jobs" className={buttonClass()}>
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

function focusedJob(card: HTMLElement | null): string | null {
  const focused = document.activeElement;
  if (!card || !(focused instanceof HTMLElement) || !card.contains(focused)) return null;
  return focused.closest('tr')?.querySelector<HTMLElement>('[data-job]')?.dataset.job ?? null;
}

/**
 * Moves the focus to the next row and returns the id of its job. The focus is the cursor of the keyboard: Enter opens
 * the row, and a screen reader follows. The move starts at the focused row, or at the job in the peek panel.
 */
function focusRow(card: HTMLElement | null, step: 1 | -1, from: string | null): string | null {
  const links = [...(card?.querySelectorAll<HTMLElement>('.row-link') ?? [])];
  const row = document.activeElement?.closest('tr')?.querySelector<HTMLElement>('.row-link');
  const at = row ? links.indexOf(row) : links.findIndex((link) => link.dataset.job === from);
  const target = at < 0 ? links[0] : links[at + step];
  if (!target) return null;
  target.focus({ focusVisible: true } as FocusOptions);
  target.scrollIntoView({ block: 'nearest' });
  return target.dataset.job ?? null;
}
