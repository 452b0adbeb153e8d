import type { JobSummary } from '#src/contract/job/job.ts';
import { Coming } from '#src/ui/parts/time/ago.tsx';
import { Moment } from '#src/ui/parts/time/moment.tsx';
import { waitWords } from '#src/ui/words/flow-words.ts';
import { leftText } from '#src/ui/words/time-text.ts';

/**
 * Shows what happens to a job next: its next attempt, the reason why it waits, or how long its result is still kept.
 */
export function NextOrResult({ job, now }: { job: JobSummary; now: number }) {
  if (job.waitReason) return <span className="text-fg-muted">{waitWords[job.waitReason]}</span>;
  if (job.state === 'retrying' && job.nextAttemptAt) return <Due at={job.nextAttemptAt} strong />;
  if (job.state === 'scheduled' && job.nextAttemptAt) return <Due at={job.nextAttemptAt} />;
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

function Due({ at, strong = false }: { at: string; strong?: boolean }) {
  return (
    <span className={strong ? 'font-medium text-retrying-text' : 'text-fg-muted'}>
      <Coming at={at} />
    </span>
  );
}
