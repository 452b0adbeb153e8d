import clsx from 'clsx';
import type { JobSummary } from '#src/contract/job/job.ts';
import { outcomeBar, outcomeColour, outcomeWord } from '#src/ui/words/outcome-look.ts';

/** Shows the last eight attempts as bars, and the number of attempts with its maximum. */
export function AttemptBars({ job }: { job: JobSummary }) {
  const { recentAttempts, attempts, maxAttempts } = job;
  const running = job.state === 'in_progress';
  const words = [...recentAttempts.map(outcomeWord), ...(running ? ['running'] : [])].join(', ');
  return (
    <span
      className="inline-flex items-center gap-2 align-middle"
      title={`${attempts} of ${maxAttempts}${words && `: ${words}`}`}
    >
      <span className="inline-flex h-3.5 items-end gap-0.5" aria-hidden>
        {recentAttempts.slice(running ? -7 : -8).map((tried, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an attempt has no other key here than its position.
          <i key={index} className={clsx('attempt-bar', outcomeColour(tried))} data-kind={outcomeBar(tried)} />
        ))}
        {running && <i className="attempt-bar state-in-progress" data-kind="running" />}
        {!running && recentAttempts.length === 0 && <i className="attempt-bar" data-kind="none" />}
      </span>
      <span className="text-12 text-fg-subtle">
        {attempts}/{maxAttempts}
      </span>
    </span>
  );
}
