import type { Job } from '#src/contract/job.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Moment } from '#src/ui/parts/moment.tsx';
import { clockText, leftText } from '#src/ui/words/time-text.ts';

/** How long the result is still kept; before the job's end, how long the job itself has. */
export function Kept({ job }: { job: Job }) {
  if (job.result && job.endedAt)
    return <Countdown name="Result kept until" from={job.endedAt} to={job.result.expiresAt} after="expired" />;
  if (job.resultExpiredAt) return <Gone at={job.resultExpiredAt} />;
  if (job.endedAt === null && job.deadlineAt)
    return <Countdown name="Deadline" from={job.createdAt} to={job.deadlineAt} after="passed" />;
  return (
    <>
      <dt className="text-12 leading-4 text-fg-subtle">Result</dt>
      <dd className="mt-1 text-14 text-fg-subtle">
        {job.endedAt ? 'none: no response arrived' : 'when the job has ended'}
      </dd>
    </>
  );
}

function Gone({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <>
      <dt className="text-12 leading-4 text-fg-subtle">Result expired</dt>
      <dd className="mt-1 text-14 font-medium">
        <Moment at={at}>{clockText(at, now)}</Moment> <small className="text-12 font-normal text-fg-subtle">UTC</small>
      </dd>
    </>
  );
}

function Countdown({ name, from, to, after }: { name: string; from: string; to: string; after: string }) {
  const now = useNow(1_000);
  const leftMs = Math.max(0, Date.parse(to) - now);
  const share = Math.min(1, leftMs / Math.max(1, Date.parse(to) - Date.parse(from)));
  const words = leftMs > 0 ? `${leftText(leftMs)} left` : after;
  return (
    <>
      <dt className="text-12 leading-4 text-fg-subtle">{name}</dt>
      <dd className="mt-1 grid gap-1.5">
        <span className="flex justify-between gap-3 text-14 font-medium whitespace-nowrap">
          <span>
            <Moment at={to}>{clockText(to, now)}</Moment>{' '}
            <small className="text-12 font-normal text-fg-subtle">UTC</small>
          </span>
          <span className="text-12 font-normal text-fg-muted">{words}</span>
        </span>
        <span aria-hidden className="relative h-1 rounded-[2px] bg-active">
          <i className="absolute inset-y-0 left-0 rounded-[2px] bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      </dd>
    </>
  );
}
