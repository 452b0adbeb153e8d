'use client';

import { useJob } from '#src/ui/data/job/use-job.ts';
import { JobCrumbs } from '#src/ui/parts/job/job-crumbs.tsx';
import { JobSkeleton } from '#src/ui/parts/job/job-skeleton.tsx';
import { NoJob } from '#src/ui/parts/job/no-job.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { jobTitle } from '#src/ui/words/job-title.ts';
import { JobDetails } from './job-details.tsx';
import { JobNeighbours } from './job-neighbours.tsx';

export function JobPage({ id }: { id: string }) {
  return (
    <>
      <TopBar>
        <JobCrumbs id={id} />
        <JobNeighbours id={id} />
      </TopBar>
      <PageBody capped>
        <JobOrWhyNot id={id} />
      </PageBody>
    </>
  );
}

function JobOrWhyNot({ id }: { id: string }) {
  const { view, error, retry } = useJob(id);
  if (view)
    return (
      <>
        <TabTitle parts={jobTitle(view.job)} />
        <JobDetails key={view.job.id} view={view} />
      </>
    );
  return error ? <NoJob id={id} error={error} onRetry={retry} /> : <JobSkeleton />;
}
