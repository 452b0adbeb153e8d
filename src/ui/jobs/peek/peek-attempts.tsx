import Link from 'next/link';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { attemptsGone } from '#src/ui/words/outlived.ts';
import { tookText } from '#src/ui/words/time-text.ts';

const shown = 5;

/** Lists the last attempts, each with its decision and the reason. */
export function PeekAttempts({ view }: { view: JobView }) {
  const { job, attempts } = view;
  const gone = attemptsGone(view);
  if (attempts.length === 0 && !gone) return null;
  const before = Math.max(0, attempts.length - shown);
  return (
    <section className="card overflow-clip" aria-label="Attempts">
      <div className="card-head">
        <h3 className="flex-1">Attempts</h3>
        <span className="pr-2 text-12 text-fg-subtle">
          {job.attempts} of {job.maxAttempts}
        </span>
      </div>
      {before > 0 && (
        <p className="border-b px-4 py-2 text-12 text-fg-muted">
          <Link href={`/jobs/${job.id}`} prefetch={false} className="link">
            {before} before these
          </Link>
        </p>
      )}
      {gone && (
        <p className="px-4 py-2.5 text-fg-muted">
          {attempts.length === 0 ? 'They' : 'Older ones'} were deleted by the project’s retention.
        </p>
      )}
      <ol className="divide-y">
        {attempts.slice(before).map((attempt) => (
          <AttemptItem key={attempt.id} attempt={attempt} />
        ))}
      </ol>
    </section>
  );
}

function AttemptItem({ attempt }: { attempt: AttemptLine }) {
  const tookMs = Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt);
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] items-baseline gap-x-2 gap-y-0.5 px-4 py-2">
      <span className="text-fg-subtle">{attempt.number}</span>
      <span>
        <StatusCode outcome={attempt.outcome} status={attempt.status} />
      </span>
      <span className="text-right whitespace-nowrap text-fg-muted">{tookText(tookMs)}</span>
      <p className="col-span-2 col-start-2 text-12 text-pretty wrap-anywhere text-fg-muted">
        <VisibleText text={attempt.decision?.why ?? attempt.failure?.message ?? ''} />
      </p>
    </li>
  );
}
