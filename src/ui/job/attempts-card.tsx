'use client';

import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import type { Attempt, Job } from '#src/contract/job.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
import { dateTimeText, leftText } from '#src/ui/words/time-text.ts';
import { AttemptItem } from './attempt-item.tsx';
import { PhaseLegend } from './phases.tsx';

/** Every attempt with what came of it and why; one at a time is open. Running and planned ones stand at the end. */
export function AttemptsCard({ job, attempts }: { job: Job; attempts: Attempt[] | undefined }) {
  const [picked, setPicked] = useState<number | null>(null);
  const longestMs = Math.max(
    1,
    ...(attempts ?? []).map(({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt)),
  );
  return (
    <section className="card overflow-clip" aria-label="Attempts">
      <div className="card-head">
        <h2 className="flex-1">Attempts</h2>
        <PhaseLegend />
      </div>
      <ol className="divide-y">
        {attempts?.map((attempt) => (
          <AttemptItem
            key={attempt.id}
            attempt={attempt}
            longestMs={longestMs}
            isResult={
              job.result !== null && attempt.number === attempts.at(-1)?.number && attempt.outcome === 'response'
            }
            open={picked === attempt.number}
            onToggle={() => setPicked(picked === attempt.number ? null : attempt.number)}
          />
        ))}
        {attempts && <Upcoming job={job} done={attempts.length} />}
      </ol>
      {attempts?.length === 0 && job.endedAt !== null && (
        <p className="p-4 text-fg-muted">The job ended before its first attempt.</p>
      )}
    </section>
  );
}

function Upcoming({ job, done }: { job: Job; done: number }) {
  const now = useNow(1_000);
  if (job.endedAt !== null) return null;
  const running = job.state === 'in_progress';
  const look = stateLook(running ? 'in_progress' : 'scheduled');
  const Icon = running ? look.icon : CalendarClock;
  return (
    <li className={`${look.colour} flex min-h-11 items-center gap-2 px-4 text-12`}>
      <Icon size={14} aria-hidden className={running ? 'turning text-state' : 'text-state'} />
      <span>Attempt {done + 1}</span>
      <span className="text-fg-subtle">{running ? 'running' : 'planned'}</span>
      <span className="ml-auto text-fg-muted">{running ? '' : whenText(job, now)}</span>
    </li>
  );
}

function whenText(job: Job, now: number): string {
  if (job.waitReason === 'flow') return 'when its flow has room';
  if (job.waitReason === 'cooldown') return 'when its target has cooled down';
  if (job.nextAttemptAt === null) return 'as soon as a worker is free';
  const leftMs = Date.parse(job.nextAttemptAt) - now;
  if (leftMs <= 0) return 'now';
  return leftMs > 86_400_000 ? `${dateTimeText(job.nextAttemptAt)} UTC` : `in ${leftText(leftMs)}`;
}
