import type { AttemptLine, JobView } from '#src/contract/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { exactText, leftText } from '#src/ui/words/time-text.ts';

const circumference = 2 * Math.PI * 18;

/** The countdown to the next attempt, and why it is then. Absent while nothing is waited for. */
export function NextAttempt({ job, last }: { job: JobView['job']; last: AttemptLine | undefined }) {
  const waits = job.state === 'retrying' || job.state === 'scheduled';
  if (!waits || job.nextAttemptAt === null) return null;
  const from = job.state === 'retrying' && last ? last.endedAt : job.createdAt;
  return (
    <section
      className={`card flex items-center gap-4 px-4 py-3.5 max-sm:flex-wrap max-sm:gap-3 state-${job.state}`}
      aria-label="Next attempt"
    >
      <Countdown attempt={job.attempts + 1} of={job.maxAttempts} from={from} to={job.nextAttemptAt} />
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <p className="text-pretty wrap-anywhere">
          {job.state === 'retrying'
            ? (last?.decision?.why ?? 'Waiting to try again.')
            : 'Not due before this time, as asked for.'}
        </p>
        <p className="text-12 text-fg-subtle">Not before {exactText(job.nextAttemptAt)}</p>
      </div>
    </section>
  );
}

type CountdownProps = { attempt: number; of: number; from: string; to: string };

function Countdown({ attempt, of, from, to }: CountdownProps) {
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
      {/* Read out once, with the time it stands for; not at every tenth of a second. */}
      <div role="timer" aria-live="off" aria-label={`Attempt ${attempt} of ${of} at ${exactText(to)}`}>
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
