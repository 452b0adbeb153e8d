'use client';

import Link from 'next/link';
import type { Job } from '#src/contract/job/job.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { ArrowRight } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Pulse } from '#src/ui/parts/page/pulse.tsx';
import { StateMark } from '#src/ui/parts/text/state-mark.tsx';
import { JobWords } from '#src/ui/parts/trial/job-card.tsx';

const cardClass = 'card flex min-h-[66px] items-center gap-3.5 px-4 py-3 max-sm:flex-wrap';

/** Waits for the first job, and then shows its state in the same place. */
export function Waiting({ job, verified }: { job: Job | undefined; verified: boolean }) {
  return (
    <section className={cardClass} aria-label="Your first job">
      {job ? <Arrived job={job} verified={verified} /> : <NotYet />}
    </section>
  );
}

function NotYet() {
  const workers = useMe().data?.workersAlive;
  return (
    <>
      <span aria-hidden className="relative grid size-8 flex-none place-items-center">
        <i className="size-2.5 rounded-full bg-accent" />
        <i className="ringing absolute inset-0 rounded-full border-[1.5px] border-accent opacity-35" />
        <i className="absolute inset-[5px] rounded-full border-[1.5px] border-accent opacity-60" />
      </span>
      <div role="status" className="min-w-0 flex-1 max-sm:basis-[calc(100%-60px)]">
        <b className="text-14">Waiting for your first job…</b>
        <p className="text-fg-muted">This page turns live the moment one arrives, whichever way you send it.</p>
      </div>
      {workers !== undefined && (
        <span className="flex items-center gap-2 text-12 text-fg-subtle">
          <Pulse tone={workers > 0 ? 'on' : 'warn'} />
          {workers > 0
            ? `${workers} ${workers === 1 ? 'worker' : 'workers'} alive, listening`
            : 'No worker alive: jobs will wait for one'}
        </span>
      )}
    </>
  );
}

function Arrived({ job, verified }: { job: Job; verified: boolean }) {
  return (
    <>
      <span role="status" className="flex-none">
        <StateMark state={job.state} look="pill" />
        {verified && <span className="sr-only">, and its callback has arrived with a signature that verifies</span>}
      </span>
      <div className="min-w-0 flex-1 max-sm:order-3 max-sm:basis-full">
        <p className="font-medium wrap-anywhere">
          <JobWords job={job} /> {verified && 'Its callback is in the inbox, and the signature verifies.'}
        </p>
        <p className="truncate font-mono text-12 text-fg-muted" title={job.url}>
          {job.method} {job.url}
        </p>
      </div>
      <Link href={`/jobs/${job.id}`} className={`${buttonClass()} max-sm:ml-auto`}>
        Open the job <ArrowRight size={14} aria-hidden />
      </Link>
    </>
  );
}
