'use client';

import type { ReactNode } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Fact, FactNote } from '#src/ui/parts/text/facts.tsx';
import { TimeOfDay, ZoneWord } from '#src/ui/parts/time/clock.tsx';
import { ageText, leftText } from '#src/ui/words/time-text.ts';

/** Shows how long the result is still kept. Before the job's end, it shows the job's deadline. */
export function RetentionFact({ job }: { job: JobView['job'] }) {
  if (job.result && job.endedAt)
    return <Countdown name="Result kept until" from={job.endedAt} to={job.result.expiresAt} after="expired" />;
  if (job.resultExpiredAt) return <Gone at={job.resultExpiredAt} />;
  if (job.endedAt === null && job.deadlineAt)
    return <Countdown name="Deadline" from={job.createdAt} to={job.deadlineAt} after="passed" />;
  return (
    <Fact name="Result" wide>
      <Bar share={0}>
        <span className="font-normal text-fg-subtle">
          {job.endedAt ? 'none: no response is kept' : 'when the job has ended'}
        </span>
      </Bar>
    </Fact>
  );
}

function Gone({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <Fact name="Result expired" wide>
      <Bar share={0}>
        <span>
          <TimeOfDay at={at} />{' '}
          <FactNote>
            <ZoneWord at={at} />
          </FactNote>
        </span>
        <FactNote>{ageText(now - Date.parse(at))} ago</FactNote>
      </Bar>
    </Fact>
  );
}

function Countdown({ name, from, to, after }: { name: string; from: string; to: string; after: string }) {
  const now = useNow(1_000);
  const leftMs = Math.max(0, Date.parse(to) - now);
  const share = Math.min(1, leftMs / Math.max(1, Date.parse(to) - Date.parse(from)));
  const words = leftMs > 0 ? `${leftText(leftMs)} left` : after;
  return (
    <Fact name={name} wide>
      <Bar share={share}>
        <span>
          <TimeOfDay at={to} />{' '}
          <FactNote>
            <ZoneWord at={to} />
          </FactNote>
        </span>
        <FactNote>{words}</FactNote>
      </Bar>
    </Fact>
  );
}

/** Shows words, and below them a bar that shrinks to the left. An empty bar is drawn too, so that nothing moves. */
function Bar({ share, children }: { share: number; children: ReactNode }) {
  return (
    <span className="grid gap-1.5">
      <span className="flex justify-between gap-3">{children}</span>
      <span aria-hidden className="relative h-1 rounded-[2px] bg-active">
        <i className="absolute inset-y-0 left-0 rounded-[2px] bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
