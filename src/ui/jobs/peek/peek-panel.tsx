'use client';

import type { JobView } from '#src/contract/job/job-view.ts';
import { useRequestBody } from '#src/ui/data/job/use-attempt.ts';
import { useJob } from '#src/ui/data/job/use-job.ts';
import { JobActions } from '#src/ui/parts/job/job-actions.tsx';
import { JobAddress } from '#src/ui/parts/job/job-address.tsx';
import { JobSkeleton } from '#src/ui/parts/job/job-skeleton.tsx';
import { NextAttempt } from '#src/ui/parts/job/next-attempt.tsx';
import { NoJob } from '#src/ui/parts/job/no-job.tsx';
import { PeekFrame, PeekInside, type PeekProps } from '#src/ui/parts/table/peek-frame.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { MethodTag } from '#src/ui/parts/text/tag.tsx';
import { PeekAttempts } from './peek-attempts.tsx';
import { PeekCallbacks } from './peek-callbacks.tsx';
import { PeekFacts } from './peek-facts.tsx';
import { PeekResponse } from './peek-response.tsx';

/** Panel beside the list with the most important parts of a job's page. */
export function PeekPanel(props: PeekProps) {
  const { id } = props;
  const { view, error, retry } = useJob(id);
  return (
    <PeekFrame {...props} what="job" href={`/jobs/${id}`} spoken={view && `${view.job.method} ${view.job.url}`}>
      {view ? (
        <Peeked key={id} view={view} />
      ) : (
        <PeekInside>{error ? <NoJob id={id} error={error} onRetry={retry} level={2} /> : <JobSkeleton />}</PeekInside>
      )}
    </PeekFrame>
  );
}

function Peeked({ view }: { view: JobView }) {
  const { job, attempts } = view;
  const body = useRequestBody(view);
  return (
    <PeekInside>
      <header className="grid gap-2.5">
        <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-14 leading-5">
          <StateMark state={job.state} look="pill" detail={job.waitReason} />
          <MethodTag method={job.method} />
          <span className="min-w-0 basis-full">
            <JobAddress url={job.url} />
          </span>
        </h2>
        <JobActions view={view} body={body.start} wrap />
      </header>
      <NextAttempt job={job} last={attempts.at(-1)} />
      <PeekFacts view={view} />
      <PeekAttempts view={view} />
      <PeekResponse view={view} />
      <PeekCallbacks view={view} />
    </PeekInside>
  );
}
