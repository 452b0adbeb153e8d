import type { ReactNode } from 'react';
import type { Delivery, Job } from '#src/contract/job.ts';
import { endEvents } from '#src/contract/limits.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Moment } from '#src/ui/parts/moment.tsx';
import { StateMark } from '#src/ui/parts/state-mark.tsx';
import { ageText, clockText, tookText } from '#src/ui/words/time-text.ts';
import { Kept } from './kept.tsx';

const small = 'text-12 font-normal text-fg-subtle';

export function JobFacts({ job, deliveries }: { job: Job; deliveries: Delivery[] | undefined }) {
  const now = useNow(1_000);
  return (
    <dl className="card flex max-lg:flex-wrap max-sm:grid max-sm:grid-cols-2">
      <Fact name={isTerminal(job.state) ? 'Duration' : 'Running for'}>{durationOf(job, now)}</Fact>
      <Fact name="Attempts">
        {job.attempts} <small className={small}>of {job.maxAttempts}</small>
      </Fact>
      <Fact name="Created">
        <Moment at={job.createdAt}>{clockText(job.createdAt, now)}</Moment>{' '}
        <small className={small}>
          <span className="max-sm:hidden">UTC, </span>
          {ageText(now - Date.parse(job.createdAt))} ago
        </small>
      </Fact>
      <Fact name="Callback">
        <CallbackState job={job} deliveries={deliveries} />
      </Fact>
      <div className="min-w-0 flex-[2_1_0] border-l px-4 py-3 max-lg:flex-[1_1_100%] max-lg:border-t max-lg:border-l-0 max-sm:col-span-full">
        <Kept job={job} />
      </div>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0 flex-[1_1_0] border-l px-4 py-3 first:border-l-0 max-sm:border-t max-sm:px-3.5 max-sm:py-2.5 max-sm:nth-[-n+2]:border-t-0 max-sm:odd:border-l-0">
      <dt className="text-12 leading-4 whitespace-nowrap text-fg-subtle">{name}</dt>
      <dd className="mt-1 text-14 font-medium whitespace-nowrap">{children}</dd>
    </div>
  );
}

function CallbackState({ job, deliveries }: { job: Job; deliveries: Delivery[] | undefined }) {
  const last = deliveries?.findLast(({ type }) => (endEvents as readonly string[]).includes(type));
  if (last) return <StateMark state={last.state} />;
  return (
    <span className="font-normal text-fg-subtle">
      {job.callback === null ? 'none' : isTerminal(job.state) ? 'not wanted' : 'after the end'}
    </span>
  );
}

function durationOf(job: Job, now: number): string {
  if (job.startedAt === null) return '–';
  if (job.endedAt !== null) return tookText(Date.parse(job.endedAt) - Date.parse(job.startedAt));
  return ageText(now - Date.parse(job.startedAt));
}
