import clsx from 'clsx';
import type { OutcomeKind } from '#src/domain/decide/outcome.ts';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { outcomeColour, outcomeWord } from '#src/ui/words/outcome-look.ts';

/** A bar on the common axis: an attempt or a delivery that happened, is under way, or is expected. */
export type Lane = {
  key: string;
  label: string;
  fromMs: number;
  toMs: number;
  /** End of the wait after the bar; null if nothing follows. */
  waitToMs: number | null;
  look: 'expected' | 'running' | 'done';
  /** Outcome; null while it is not known. */
  came: { outcome: OutcomeKind; status: number | null } | null;
  note: string;
};

/** Returns the end of a lane on the axis, including the wait that follows. */
export function endOf({ toMs, waitToMs }: Lane): number {
  return Math.max(toMs, waitToMs ?? 0);
}

type Props = {
  label: string;
  lanes: readonly Lane[];
  /** Length of the axis. */
  totalMs: number;
};

/**
 * Shows attempts below each other on one axis. The words are beside the bars if there is room, otherwise below them.
 */
export function Lanes({ label, lanes, totalMs }: Props) {
  return (
    <div className="@container">
      <ol aria-label={label} className="grid gap-1 px-4 py-3 text-12 text-fg-muted @max-[640px]:gap-2.5">
        {lanes.map((lane) => (
          <LaneRow key={lane.key} lane={lane} totalMs={Math.max(totalMs, 1)} />
        ))}
      </ol>
    </div>
  );
}

function LaneRow({ lane, totalMs }: { lane: Lane; totalMs: number }) {
  return (
    <li className="grid min-h-[26px] grid-cols-[76px_52px_minmax(0,1fr)] items-center gap-x-2 @[640px]:grid-cols-[76px_52px_minmax(0,2fr)_minmax(0,3fr)] @[640px]:gap-x-3">
      <span className={clsx(lane.look === 'done' && 'text-fg')}>{lane.label}</span>
      <span>{lane.came && <Came lane={lane} came={lane.came} />}</span>
      <Bar lane={lane} totalMs={totalMs} />
      <span className="min-w-0 wrap-anywhere text-fg-subtle @max-[640px]:col-span-full @max-[640px]:min-h-[18px]">
        {lane.note}
      </span>
    </li>
  );
}

/** Shows the outcome of a lane. An outcome that is only expected must not look as if it had happened. */
function Came({ lane, came }: { lane: Lane; came: NonNullable<Lane['came']> }) {
  if (lane.look === 'done') return <StatusCode outcome={came.outcome} status={came.status} />;
  return (
    <span className="inline-flex h-[18px] items-center rounded-tag border border-dashed border-border-strong px-1 font-mono leading-none text-fg-muted">
      {outcomeWord(came)}
    </span>
  );
}

function Bar({ lane: { fromMs, toMs, waitToMs, look, came }, totalMs }: { lane: Lane; totalMs: number }) {
  const percent = (ms: number) => `${Math.min(100, Math.max(0, (ms / totalMs) * 100))}%`;
  const colour = came ? outcomeColour(came) : 'state-in-progress';
  return (
    <span aria-hidden className="relative mr-2 h-3.5">
      {waitToMs !== null && waitToMs > toMs && (
        <i
          className="absolute top-1.5 border-t-[1.5px] border-dashed border-border-strong"
          style={{ left: percent(toMs), width: percent(waitToMs - toMs) }}
        />
      )}
      <i
        className={clsx(
          'absolute h-3.5 min-w-2 rounded-[3px]',
          look === 'expected' && 'border-[1.5px] border-dashed border-accent-line bg-accent-soft',
          look === 'running' && 'state-in-progress border-[1.5px] border-state bg-state-soft',
          look === 'done' && `${colour} bg-state`,
        )}
        style={{ left: percent(fromMs), width: percent(toMs - fromMs) }}
      />
    </span>
  );
}
