'use client';

import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import type { JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { useRequestBody } from '#src/ui/data/job/use-attempt.ts';
import { useJob } from '#src/ui/data/job/use-job.ts';
import { useMayWrite, useMe } from '#src/ui/data/project/use-me.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { JobCrumbs } from '#src/ui/parts/job/job-crumbs.tsx';
import { JobSkeleton } from '#src/ui/parts/job/job-skeleton.tsx';
import { NoJob } from '#src/ui/parts/job/no-job.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { jobTitle } from '#src/ui/words/job-title.ts';
import { AgainForm } from './again-form.tsx';

/** Page that runs an ended job again with other values. */
export function AgainPage({ id }: { id: string }) {
  const { view, error, retry } = useJob(id);
  return (
    <>
      <TopBar>
        <JobCrumbs id={id} page="Run with edits" />
      </TopBar>
      <PageBody capped>
        {view && <TabTitle parts={['Run again', jobTitle(view.job)[1]]} />}
        {view ? <Form view={view} /> : error ? <NoJob id={id} error={error} onRetry={retry} /> : <JobSkeleton />}
      </PageBody>
    </>
  );
}

function Form({ view }: { view: JobView }) {
  const known = useMe().data !== undefined;
  const mayWrite = useMayWrite();
  const body = useRequestBody(view);
  const toRules = useSearchParams().get('field') === 'retry';
  if (known && !mayWrite) return <Instead view={view} words="Your role may look at jobs, but not run them." />;
  if (!isTerminal(view.job.state))
    return <Instead view={view} words="The job has not ended: it can run again once it has, or was cancelled." />;
  // The form reads its first values only once, so it must wait for all of them.
  if (!known || (view.body.state === 'kept' && body.start === undefined && body.failure === null))
    return <JobSkeleton />;
  return (
    <>
      <h1 className="text-20">Run again with edits</h1>
      <AgainForm key={view.job.id} view={view} body={body.start} toRules={toRules} />
    </>
  );
}

function Instead({ view, words }: { view: JobView; words: string }) {
  return (
    <section className="card grid justify-items-center gap-1.5 px-6 py-9 text-center" aria-label="Run again with edits">
      <h1>Not now</h1>
      <p className="max-w-[60ch] text-balance text-fg-muted">{words}</p>
      <Link href={`/jobs/${view.job.id}`} className={`${buttonClass()} mt-2.5`}>
        Back to the job
      </Link>
    </section>
  );
}
