import clsx from 'clsx';
import type { TimeScale } from '#src/ui/charts/time-scale.ts';
import { CalendarClock, CircleCheck, CircleX, LoaderCircle } from '#src/ui/icons/icons.ts';
import { phaseColour } from '#src/ui/parts/attempt/phases.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { outcomeColour } from '#src/ui/words/outcome-look.ts';
import { clockText, exactText, leftText, tookText } from '#src/ui/words/time-text.ts';
import type { Row } from './waterfall-rows.ts';

type At = TimeScale['at'];
type Props = {
  row: Row;
  at: At;
  nowMs: number;
  selected: boolean;
  /** True for the row that the Tab key reaches. */
  reachable: boolean;
  onSelect: () => void;
};

/** Shows one attempt on the axis. An attempt that was made is a button that selects it. */
export function WaterfallRow({ row, at, nowMs, selected, reachable, onSelect }: Props) {
  const inside = (
    <>
      <Label row={row} nowMs={nowMs} />
      <span className="waterfall-track" aria-hidden>
        <Bar row={row} at={at} nowMs={nowMs} />
      </span>
    </>
  );
  if (row.kind !== 'made') return <div className="waterfall-row">{inside}</div>;
  return (
    <button
      type="button"
      data-row={row.key}
      className="waterfall-row"
      aria-pressed={selected}
      tabIndex={reachable ? 0 : -1}
      onClick={onSelect}
    >
      {inside}
    </button>
  );
}

function Label({ row, nowMs }: { row: Row; nowMs: number }) {
  if (row.kind === 'made') {
    const colour = outcomeColour(row);
    const Icon = colour === 'state-completed' ? CircleCheck : CircleX;
    return (
      <span className={`${colour} waterfall-label`}>
        <Icon size={14} aria-hidden className="flex-none text-state" />
        <span className="truncate">
          {row.name}
          {row.of !== '' && <span className="sr-only"> {row.of}</span>}
        </span>
        <StatusCode outcome={row.outcome} status={row.status} />
        <span className="ml-auto whitespace-nowrap text-fg-muted">{tookText(row.tookMs)}</span>
        {row.note !== '' && <span className="sr-only">{row.note}</span>}
      </span>
    );
  }
  const running = row.kind === 'running';
  const Icon = running ? LoaderCircle : CalendarClock;
  return (
    <span className={clsx(running ? 'state-in-progress' : 'state-scheduled', 'waterfall-label')}>
      <Icon size={14} aria-hidden className={clsx('flex-none text-state', running && 'turning')} />
      <span className="truncate">{row.name}</span>
      <span className="text-fg-subtle">{row.note}</span>
      <span className="ml-auto whitespace-nowrap text-fg-muted">{whenText(row, nowMs)}</span>
    </span>
  );
}

function whenText(row: Row, nowMs: number): string {
  if (row.kind === 'running') return tookText(Math.floor((nowMs - row.startMs) / 1_000) * 1_000);
  return row.startMs > nowMs ? `in ${leftText(row.startMs - nowMs)}` : 'now';
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

function Bar({ row, at, nowMs }: { row: Row; at: At; nowMs: number }) {
  const { zone } = useTimes();
  const from = at(row.startMs);
  const start = new Date(row.startMs).toISOString();
  if (row.kind === 'planned') {
    return (
      <>
        <span className="waterfall-planned" style={{ left: percent(from) }} />
        <Note side={from > 0.25 ? 'left' : 'right'} at={from} offset={from > 0.25 ? 0 : 48}>
          {`${row.startMs < nowMs ? 'due' : 'starts'} ${clockText(start, nowMs, zone)}`}
        </Note>
      </>
    );
  }
  const to = at(row.endMs ?? nowMs);
  const width = Math.max(0, to - from);
  return (
    <>
      <span
        className="waterfall-bar"
        data-open={row.kind === 'running' || undefined}
        title={row.endMs === null ? undefined : `${exactText(start, zone)}, ${row.note}`}
        style={{ left: percent(Math.min(from, 0.997)), width: percent(width) }}
      >
        {row.phases.map(({ kind, fromMs, toMs }) => (
          <i
            key={kind}
            className={phaseColour(kind)}
            style={{
              left: percent((at(fromMs) - from) / (width || 1)),
              width: percent((at(toMs) - at(fromMs)) / (width || 1)),
            }}
          />
        ))}
      </span>
      <After row={row} at={at} to={to} from={from} />
    </>
  );
}

/** Draws the wait that follows as a dashed line, and the note if there is room for it. */
function After({ row, at, from, to }: { row: Row; at: At; from: number; to: number }) {
  const until = row.waitToMs === null ? to : Math.max(to, at(row.waitToMs));
  const side = until < 0.72 ? 'right' : from > 0.3 ? 'left' : null;
  return (
    <>
      {until > to && (
        <span
          className="waterfall-wait"
          style={{ left: `calc(${percent(to)} + 4px)`, width: `max(0px, calc(${percent(until - to)} - 8px))` }}
        />
      )}
      {side && row.note !== '' && (
        <Note side={side} at={side === 'right' ? until : from}>
          {row.note}
        </Note>
      )}
    </>
  );
}

function Note({
  side,
  at,
  offset = 0,
  children,
}: {
  side: 'left' | 'right';
  at: number;
  offset?: number;
  children: string;
}) {
  return (
    <span className="waterfall-note" data-side={side} style={{ left: `calc(${percent(at)} + ${offset}px)` }}>
      {children}
    </span>
  );
}
