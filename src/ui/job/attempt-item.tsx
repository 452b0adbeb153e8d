import clsx from 'clsx';
import { ChevronRight, CircleCheck, CircleX } from 'lucide-react';
import type { Attempt } from '#src/contract/job.ts';
import { StatusCode } from '#src/ui/parts/status-code.tsx';
import { outcomeColour } from '#src/ui/words/outcome-look.ts';
import { tookText } from '#src/ui/words/time-text.ts';
import { AttemptDetail } from './attempt-detail.tsx';
import { DecisionNote } from './decision-note.tsx';
import { PhasesBar } from './phases.tsx';

type Props = {
  attempt: Attempt;
  /** Of all the job's attempts: what the bar is as wide as the card for. */
  longestMs: number;
  /** Its response is the job's result, which has a place of its own. */
  isResult: boolean;
  open: boolean;
  onToggle: () => void;
};

export function AttemptItem({ attempt, longestMs, isResult, open, onToggle }: Props) {
  const colour = outcomeColour(attempt);
  const Icon = colour === 'state-completed' ? CircleCheck : CircleX;
  const tookMs = Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt);
  const panel = `attempt-${attempt.number}`;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
        className={clsx(
          'grid w-full grid-cols-[248px_minmax(0,1fr)_16px] items-center gap-x-4 px-4 py-2.5 text-left text-12 hover:bg-hover max-sm:grid-cols-[minmax(0,1fr)_16px]',
          open && 'bg-accent-soft hover:bg-accent-soft',
        )}
      >
        <span className={`${colour} flex items-center gap-2`}>
          <Icon size={14} aria-hidden className="flex-none text-state" />
          <span className="whitespace-nowrap">Attempt {attempt.number}</span>
          <StatusCode outcome={attempt.outcome} status={attempt.status} />
          <span className="ml-auto whitespace-nowrap text-fg-muted">{tookText(tookMs)}</span>
        </span>
        <span className="max-sm:order-3 max-sm:col-span-full max-sm:mt-1.5">
          {attempt.timings && <PhasesBar timings={attempt.timings} share={Math.max(tookMs, 1) / longestMs} />}
        </span>
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('text-fg-subtle transition-[rotate]', open && 'rotate-90')}
        />
      </button>
      {attempt.decision && <DecisionNote decision={attempt.decision} withInputs={open} />}
      <div id={panel} hidden={!open}>
        {open && <AttemptDetail attempt={attempt} isResult={isResult} />}
      </div>
    </li>
  );
}
