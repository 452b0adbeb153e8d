'use client';

import { useSearchParams } from 'next/navigation';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { TopBar } from '#src/ui/shell/top-bar.tsx';
import { FilterBar } from './filter-bar.tsx';
import { isFiltered, readFilters } from './filters.ts';
import { FirstJob } from './first-job.tsx';
import { JobsList } from './jobs-list.tsx';
import { NewJobsPill } from './new-jobs-pill.tsx';
import { StateTabs } from './state-tabs.tsx';
import { useLiveJobs } from './use-live-jobs.ts';

export function JobsPage() {
  const filters = readFilters(useSearchParams());
  const list = useLiveJobs(filters);
  const nothingYet = !list.isPending && !list.isStale && list.error === null && list.rows.length === 0;
  if (nothingYet && !isFiltered(filters) && filters.cursor === null) return <FirstJob />;
  return (
    <>
      <TopBar>
        <span>Jobs</span>
      </TopBar>
      <PageBody>
        <h1 className="flex min-h-8 items-center">Jobs</h1>
        <StateTabs filters={filters} />
        <FilterBar filters={filters}>
          <NewJobsPill filters={filters} list={list} />
        </FilterBar>
        <JobsList filters={filters} list={list} />
      </PageBody>
    </>
  );
}
