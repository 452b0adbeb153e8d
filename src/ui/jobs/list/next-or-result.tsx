import type { JobSummary } from '#src/contract/job/job.ts';
import { Moment } from '#src/ui/parts/text/moment.tsx';
import { waitWords } from '#src/ui/words/flow-words.ts';
import { dateTimeText, leftText } from '#src/ui/words/time-text.ts';

const dayMs = 86_400_000;

/**
 * Shows what happens to a job next: its next attempt, the reason why it waits, or how long its result is still kept.
 */
export function NextOrResult({ job, now }: { job: JobSummary; now: number }) {
  if (job.waitReason) return <span className="text-fg-muted">{waitWords[job.waitReason]}</span>;
  if (job.state === 'retrying' && job.nextAttemptAt) return <Due at={job.nextAttemptAt} now={now} strong />;
  if (job.state === 'scheduled' && job.nextAttemptAt) return <Due at={job.nextAttemptAt} now={now} />;
  if (job.resultExpiresAt && Date.parse(job.resultExpiresAt) > now) {
    return (
      <span className="text-fg-muted">
        <Moment at={job.resultExpiresAt}>{`${leftText(Date.parse(job.resultExpiresAt) - now)} left`}</Moment>
      </span>
    );
  }
  if (job.resultExpiresAt ?? job.resultExpiredAt) return <span className="text-fg-muted">expired</span>;
  return <span className="text-fg-subtle max-sm:hidden">{job.endedAt ? 'none' : '–'}</span>;
}

function Due({ at, now, strong = false }: { at: string; now: number; strong?: boolean }) {
  const leftMs = Date.parse(at) - now;
  const words = leftMs <= 0 ? 'now' : leftMs > dayMs ? dateTimeText(at) : `in ${leftText(leftMs)}`;
  return (
    <span className={strong ? 'font-medium text-retrying-text' : 'text-fg-muted'}>
      <Moment at={at}>{words}</Moment>
    </span>
  );
}
