'use client';

import { useState } from 'react';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { whyJobWaits } from '#src/contract/job/job-wait.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Play } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { attemptNumber } from '#src/ui/words/attempt-number.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
import { exactText, leftText } from '#src/ui/words/time-text.ts';
import { waitsLong } from '#src/ui/words/waits.ts';
import { CureText } from './cure-text.tsx';
import { FlowWait } from './flow-wait.tsx';
import { advice, JobErrorBanner } from './job-error.tsx';
import { useTryJobNow } from './use-try-now.ts';

const circumference = 2 * Math.PI * 18;

/**
 * Shows what happens next, with a countdown if the time is known. If the job had not ended when the page was opened,
 * this card stays after the job's end too: the content below must not jump while somebody reads it.
 */
export function NextAttempt({ job, last }: { job: JobView['job']; last: AttemptLine | undefined }) {
  const [wasLive] = useState(job.endedAt === null);
  if (!wasLive) return job.error && <JobErrorBanner error={job.error} />;
  const waits = waitsForTime(job);
  const from = job.state === 'retrying' && last ? last.endedAt : job.createdAt;
  return (
    <section
      className={`card flex min-h-[76px] flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 max-sm:min-h-[128px] max-sm:gap-x-3 ${stateLook(job.state).colour}`}
      aria-label="Next attempt"
    >
      {waits && job.nextAttemptAt !== null ? (
        <Countdown attempt={job.attempts + 1} of={job.maxAttempts} from={from} to={job.nextAttemptAt} />
      ) : (
        <Standing job={job} />
      )}
      <Why job={job} last={last} />
      <TryNow job={job} />
    </section>
  );
}

/** Button that makes the next attempt now. It is there while the wait is long enough to be pressed away. */
function TryNow({ job }: { job: JobView['job'] }) {
  const mayWrite = useMayWrite();
  const now = useNow(1_000);
  const { tryNow, busy } = useTryJobNow(job.id);
  if (!mayWrite || !(busy || (waitsForTime(job) && waitsLong(job, now)))) return null;
  return (
    <Button icon={Play} busy={busy} className="ml-auto" onClick={tryNow}>
      {job.state === 'scheduled' ? 'Start now' : 'Try now'}
    </Button>
  );
}

/** Returns whether the job waits for a time. A job that is due may have to wait for something else. */
function waitsForTime({ state, waitReason }: JobView['job']): boolean {
  return waitReason === null && (state === 'retrying' || state === 'scheduled');
}

/** Shows the state in place of the countdown, while there is nothing to count. */
function Standing({ job }: { job: JobView['job'] }) {
  const { icon: Icon, word } = stateLook(job.state);
  return (
    <>
      <span className="grid size-11 flex-none place-items-center rounded-full bg-state-soft">
        <Icon size={20} aria-hidden className={job.state === 'in_progress' ? 'turning text-state' : 'text-state'} />
      </span>
      <div className="min-w-33">
        <div className="text-12 text-fg-subtle">
          Attempt {attemptNumber(job)} of {job.maxAttempts}
        </div>
        <div className="text-20 leading-8 font-semibold tracking-[-0.015em] whitespace-nowrap">{word}</div>
      </div>
    </>
  );
}

function Why({ job, last }: { job: JobView['job']; last: AttemptLine | undefined }) {
  const waits = waitsForTime(job);
  return (
    <div className="min-w-60 flex-1 max-sm:min-w-0 max-sm:basis-full">
      <p className="text-pretty wrap-anywhere">
        {job.error ? (
          <CureText text={job.error.message} />
        ) : job.waitReason === 'flow' && job.flow !== null ? (
          <FlowWait flow={job.flow} />
        ) : (
          whyJobWaits(job, last)
        )}
      </p>
      {job.error && (
        <p className="text-12 text-fg-subtle">
          <code>{job.error.code}</code> {advice(job.error)}
        </p>
      )}
      {job.state === 'in_progress' && job.lastFailure && (
        <p className="text-12 wrap-anywhere text-fg-subtle">
          The attempt before failed: {job.lastFailure.message} <code>{job.lastFailure.code}</code>
        </p>
      )}
      {waits && job.nextAttemptAt !== null && (
        <p className="text-12 text-fg-subtle">
          {job.lastFailure && job.lastFailure.code !== 'bad_status' && (
            <>
              <code>{job.lastFailure.code}</code>{' '}
            </>
          )}
          Not before <Exact at={job.nextAttemptAt} />. It is not tried sooner by itself.
        </p>
      )}
    </div>
  );
}

type CountdownProps = { attempt: number; of: number; from: string; to: string };

function Countdown({ attempt, of, from, to }: CountdownProps) {
  const { zone } = useTimes();
  const near = Date.parse(to) - useNow(1_000) < 61_000;
  const now = useNow(near ? 100 : 1_000);
  const leftMs = Math.max(0, Date.parse(to) - now);
  const share = Math.min(1, leftMs / Math.max(1, Date.parse(to) - Date.parse(from)));
  const [amount, unit] = leftMs < 60_000 ? [(leftMs / 1_000).toFixed(1), 's'] : [leftText(leftMs), ''];
  return (
    <>
      <svg width="44" height="44" viewBox="0 0 44 44" aria-hidden="true" className="flex-none">
        <circle cx="22" cy="22" r="18" fill="none" strokeWidth="4" className="stroke-active" />
        <circle
          cx="22"
          cy="22"
          r="18"
          fill="none"
          strokeWidth="4"
          strokeLinecap="round"
          strokeDasharray={`${share * circumference} ${circumference}`}
          transform="rotate(-90 22 22)"
          className="stroke-state"
        />
      </svg>
      {/* Screen readers read this once, with the start time of the attempt, not every tenth of a second. */}
      <div role="timer" aria-live="off" aria-label={`Attempt ${attempt} of ${of} at ${exactText(to, zone)}`}>
        <div className="text-12 text-fg-subtle">
          Attempt {attempt} of {of} in
        </div>
        <div className="min-w-26 text-28 leading-8 font-semibold tracking-[-0.025em] whitespace-nowrap">
          {amount}
          {unit && <small className="ml-[3px] text-14 font-medium tracking-normal text-fg-muted">{unit}</small>}
        </div>
      </div>
    </>
  );
}
