import type { JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { leftText } from '#src/ui/words/time-text.ts';

/** Says when a result expires: `in 42 min, at 2026-11-20 14:03:11.000 UTC`. */
export function KeptUntil({ at }: { at: string }) {
  return (
    <span>
      in {leftText(Date.parse(at) - useNow(1_000))}, at <Exact at={at} />
    </span>
  );
}

/** Says why there is no result: it has expired, is still to come, or never came. */
export function WhyNoResult({ job }: { job: JobView['job'] }) {
  if (job.resultExpiredAt)
    return (
      <span>
        It was kept as long as asked, and deleted at <Exact at={job.resultExpiredAt} />.
      </span>
    );
  if (job.endedAt === null) return 'The final response is kept here once the job has ended.';
  return job.state === 'cancelled'
    ? 'The job was cancelled before a final response arrived.'
    : 'The job ended without a response that was kept.';
}
