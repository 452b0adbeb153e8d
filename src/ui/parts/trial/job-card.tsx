'use client';

import Link from 'next/link';
import type { Job } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { useJob } from '#src/ui/data/job/use-job.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { FlaskConical } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { attemptNumber } from '#src/ui/words/attempt-number.ts';
import { leftText } from '#src/ui/words/time-text.ts';
import { endOf, type Lane, Lanes } from './lanes.tsx';
import { type Course, liveLanes, mergedLanes } from './live-lanes.ts';

type Props = {
  id: string | null;
  /** Lanes that were expected when the job was submitted. */
  planned: readonly Lane[];
};

/** Shows the job that was submitted last, while it runs. */
export function JobCard({ id, planned }: Props) {
  return (
    <Card label="Your job">
      {id === null ? (
        <>
          <CardHead title="Your job" />
          <div className="min-h-[148px]">
            <EmptyState icon={FlaskConical} title="Nothing submitted yet">
              Once it is, every attempt shows here as it happens.
            </EmptyState>
          </div>
        </>
      ) : (
        <Watched key={id} id={id} planned={planned} />
      )}
    </Card>
  );
}

function Watched({ id, planned }: Props & { id: string }) {
  const { view, error, retry } = useJob(id);
  return (
    <>
      <CardHead title="Your job">
        <span role="status">{view && <StateMark state={view.job.state} look="pill" />}</span>
        <Link href={`/jobs/${id}`} className={buttonClass('ghost', 'small')}>
          Open job
        </Link>
      </CardHead>
      <div className="min-h-[148px]">
        {view ? (
          <>
            <p className="px-4 pt-3.5 font-medium">
              <JobWords job={view.job} />
            </p>
            <LiveLanes job={view.job} course={view} planned={planned} />
          </>
        ) : (
          error != null && <Failure error={error} what="The job could not be read" onRetry={retry} />
        )}
      </div>
    </>
  );
}

/** Describes the state of a job in one sentence. */
export function JobWords({ job }: { job: Job }) {
  const now = useNow(1_000);
  const workers = useMe().data?.workersAlive;
  const { attempts } = job;
  const made = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (job.state === 'completed') return `Completed with ${made}.`;
  if (job.state === 'failed') return `Failed after ${made}: ${job.error?.message ?? 'no reason was kept.'}`;
  if (job.state === 'cancelled') return `Cancelled after ${made}.`;
  if (workers === 0) return 'Waiting: no worker is alive. Start one with ringback worker.';
  if (job.state === 'in_progress') return `Attempt ${attemptNumber(job)} is under way.`;
  if (job.nextAttemptAt === null) return 'Waiting for a worker with a free slot.';
  const leftMs = Date.parse(job.nextAttemptAt) - now;
  return leftMs > 0 ? `Attempt ${attempts + 1} in ${leftText(leftMs)}.` : `Attempt ${attempts + 1} is due.`;
}

type Live = { job: Job; course: Course; planned: readonly Lane[] };

function LiveLanes({ job, course, planned }: Live) {
  const now = useNow(isTerminal(job.state) ? 60_000 : 250);
  const lanes = mergedLanes(liveLanes(job, course, now), planned, job);
  return <Lanes label="Attempts" lanes={lanes} totalMs={Math.max(1, ...lanes.map(endOf))} />;
}
