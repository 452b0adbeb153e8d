'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { lazy } from 'react';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Plus } from '#src/ui/icons/icons.ts';
import { BulkBar } from '#src/ui/jobs/bulk/bulk-bar.tsx';
import { filtersQuery, isFiltered, readFilters } from '#src/ui/jobs/filter/filters.ts';
import { JobFilterBar } from '#src/ui/jobs/filter/job-filter-bar.tsx';
import { StateTabs } from '#src/ui/jobs/filter/state-tabs.tsx';
import { JobsList } from '#src/ui/jobs/list/jobs-list.tsx';
import { NewJobsPill } from '#src/ui/jobs/list/new-jobs-pill.tsx';
import { TableMenu } from '#src/ui/jobs/list/table-menu.tsx';
import { useTablePrefs } from '#src/ui/jobs/list/table-prefs.ts';
import { useLiveJobs } from '#src/ui/jobs/list/use-live-jobs.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { ViewsMenu } from '#src/ui/parts/search/views-menu.tsx';
import { ExportMenu } from '#src/ui/parts/table/export-menu.tsx';
import { ListPeek } from '#src/ui/parts/table/list-peek.tsx';
import { usePeek } from '#src/ui/parts/table/use-peek.ts';
import { useSelection } from '#src/ui/parts/table/use-selection.ts';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { newJobHref } from '#src/ui/shell/navigation.ts';
import { PageBody } from '#src/ui/shell/page-body.tsx';

const PeekPanel = lazy(async () => ({ default: (await import('#src/ui/jobs/peek/peek-panel.tsx')).PeekPanel }));

/** Page that finds and watches the project's jobs, with actions for many jobs at once. */
export function JobsPage() {
  const filters = readFilters(useSearchParams());
  const { selection, everyone, setSelection, setEveryone } = useSelection(filtersQuery(filters));
  const [prefs] = useTablePrefs();
  const mayWrite = useMayWrite();
  const ids = Object.keys(selection);
  const held = ids.length > 0;
  const list = useLiveJobs(filters, held);
  const { state, ...others } = list.filterInput;
  const peek = usePeek();
  const trpc = useTRPC();
  const counts = useQuery(trpc.jobs.counts.queryOptions(others, { enabled: held })).data;
  return (
    <>
      <TopBar>
        <span>Jobs</span>
      </TopBar>
      <PageBody beside={peek.id !== null}>
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          <h1>Jobs</h1>
          <ViewsMenu page="jobs" query={filtersQuery(filters)} isFiltered={isFiltered(filters)} />
          <span className="flex-1" />
          <ExportMenu of="jobs" filter={{ ...list.filterInput, metadataColumns: filters.columns }} />
          <TableMenu filters={filters} />
          {mayWrite && newJobHref !== null && (
            <Link href={newJobHref} prefetch={false} className={buttonClass('primary')}>
              <Plus size={14} aria-hidden className="-ml-0.5" />
              New job
            </Link>
          )}
        </div>
        <StateTabs filters={filters} filterInput={list.filterInput} held={held} foundNone={list.foundNone} />
        <JobFilterBar filters={filters}>
          {held ? (
            <span className="text-12 text-fg-subtle">Refresh is paused while rows are selected</span>
          ) : (
            <NewJobsPill filters={filters} list={list} />
          )}
        </JobFilterBar>
        <JobsList
          filters={filters}
          list={list}
          prefs={prefs}
          selectable={mayWrite}
          selection={selection}
          onSelect={setSelection}
        />
        <BulkBar
          ids={ids}
          filter={list.filterInput}
          columns={filters.columns}
          matching={typeof state === 'string' ? counts?.counts[state] : counts?.all}
          everyone={everyone}
          onEveryone={setEveryone}
          onClear={() => setSelection({})}
          onDone={list.reload}
        />
      </PageBody>
      <ListPeek peek={peek} ids={list.rows.map(({ job }) => job.id)} panel={PeekPanel} />
    </>
  );
}
