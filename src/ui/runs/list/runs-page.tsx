'use client';

import clsx from 'clsx';
import { useSearchParams } from 'next/navigation';
import { runStates } from '#src/contract/run/run-view.ts';
import { X } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TabLinks, tabClass } from '#src/ui/parts/page/tabs.tsx';
import { NewRows } from '#src/ui/parts/table/new-rows.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { SearchedTo } from '#src/ui/parts/table/searched-to.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { StaleNote } from '#src/ui/parts/table/stale-note.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { NoRun } from './no-run.tsx';
import { type RunFilters, readRunFilters, runInputOf, runListUrl, runPageSize } from './run-filters.ts';
import { RunsTable } from './runs-table.tsx';
import { useLiveRuns } from './use-live-runs.ts';

/** Page that lists the runs of routes made with `serve`. */
export function RunsPage() {
  const filters = readRunFilters(useSearchParams());
  const list = useLiveRuns(runInputOf(filters));
  return (
    <>
      <TopBar>
        <span>Runs</span>
      </TopBar>
      <PageBody>
        <PageHead title="Runs">
          <NewRows list={list} words={['run', 'runs']} />
        </PageHead>
        <TabLinks label="States" current={filters.state ?? 'all'}>
          {[null, ...runStates].map((state) => (
            <ShallowLink
              key={state ?? 'all'}
              href={runListUrl(filters, { state })}
              aria-current={filters.state === state ? 'page' : undefined}
              className={tabClass(filters.state === state)}
            >
              {state === null ? 'All' : stateLook(state).word}
            </ShallowLink>
          ))}
        </TabLinks>
        <FilterLine filters={filters} />
        <Card label="Runs" busy={list.isPending || list.isStale || list.isReloading}>
          <ListBody filters={filters} list={list} />
          {!list.isStale && (
            <SearchedTo
              what="runs"
              at={list.searchedTo}
              older={list.nextCursor && runListUrl(filters, { cursor: list.nextCursor })}
            />
          )}
          <Pager
            cursor={filters.cursor}
            nextCursor={list.nextCursor}
            urlOf={(cursor) => runListUrl(filters, { cursor })}
          >
            {runPageSize} per page, newest first
          </Pager>
        </Card>
      </PageBody>
    </>
  );
}

function ListBody({ filters, list }: { filters: RunFilters; list: ReturnType<typeof useLiveRuns> }) {
  if (list.error) return <Failure error={list.error} what="The runs could not be loaded" onRetry={list.reload} />;
  if (list.isPending) return <SkeletonTable rows={10} />;
  if (list.rows.length === 0) return <NoRun filters={filters} />;
  return (
    <div className="relative">
      {list.isStale && <StaleNote />}
      <div className={clsx('transition-opacity', list.isStale && 'opacity-60')}>
        <RunsTable rows={list.rows} />
      </div>
    </div>
  );
}

function FilterLine({ filters }: { filters: RunFilters }) {
  return (
    <search className="flex min-h-7 flex-wrap items-center gap-2">
      <SearchField
        label="Route of the runs"
        placeholder="Whole path of a route"
        value={filters.name}
        urlOf={(name) => runListUrl(filters, { name })}
      />
      <SearchField
        label="Label of the runs"
        placeholder="Whole label"
        hasKey={false}
        value={filters.label}
        urlOf={(label) => runListUrl(filters, { label })}
      />
      {(filters.name !== '' || filters.label !== '') && (
        <ShallowLink href={runListUrl(filters, { name: '', label: '' })} className={buttonClass('ghost', 'small')}>
          <X size={14} aria-hidden /> Clear
        </ShallowLink>
      )}
    </search>
  );
}
