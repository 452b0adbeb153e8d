'use client';

import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { Clock } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { type Span, type Tick, type TimeScale, ticksOnPhones, timeScale } from './time-scale.ts';

/** What an axis covers. `live`: something on it goes on. */
export type Covered = { startMs: number; endMs: number; busy: readonly Span[]; live: boolean };

type Props = {
  covered: Covered;
  nowMs: number;
  /** Name of the group of rows. */
  label: string;
  legend: ReactNode;
  /** Called with the row to which an arrow key has moved the focus. */
  onMove?: (row: HTMLElement) => void;
  /** Lanes and rows. `at` places an instant on the axis. Rows that can be reached have `data-row`. */
  children: (at: TimeScale['at']) => ReactNode;
};

/** Card with rows on one time axis. Idle time is collapsed, unless the reader wants the true scale. */
export function WaterfallFrame({ covered, nowMs, label, legend, onMove, children }: Props) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  // The wait for what comes next is not collapsed in something young, because it is what the user waits for and wants to
  // see.
  const collapse = wanted ?? !(covered.live && covered.endMs - covered.startMs <= 120_000);
  const scale = useMemo(
    () => timeScale({ ...covered, collapse, nowMs: covered.live ? nowMs : null }),
    [covered, collapse, nowMs],
  );
  return (
    <section className="card overflow-clip" aria-label="Waterfall">
      <div className="card-head">
        <h2 className="flex-1">Waterfall</h2>
        {legend}
        {scale.hasIdle && (
          <Button kind="ghost" size="small" icon={Clock} aria-pressed={collapse} onClick={() => setWanted(!collapse)}>
            {collapse ? 'Idle collapsed' : 'Collapse idle'}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div role="group" aria-label={label} className="waterfall" onKeyDown={(event) => moveFocus(event, onMove)}>
        <Guides scale={scale} />
        <Axis ticks={scale.ticks} />
        {children(scale.at)}
      </div>
    </section>
  );
}

function Guides({ scale }: { scale: TimeScale }) {
  return (
    <div aria-hidden className="waterfall-guides">
      {scale.idles.map(({ left, width }) => (
        <i key={`idle ${left}`} data-kind="idle" style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />
      ))}
      {scale.ticks.map(
        ({ kind, left }) =>
          kind !== 'idle' && <i key={`${kind} ${left}`} data-kind={kind} style={{ left: `${left * 100}%` }} />,
      )}
    </div>
  );
}

function Axis({ ticks }: { ticks: Tick[] }) {
  const onPhones = ticksOnPhones(ticks);
  return (
    <div aria-hidden className="waterfall-axis">
      {ticks.map((tick) => {
        const { kind, left, label, edge } = tick;
        return (
          <span
            key={`${kind} ${left}`}
            data-kind={kind}
            data-edge={edge}
            data-minor={!onPhones.has(tick) || undefined}
            className={kind === 'now' ? 'font-medium text-accent-text' : undefined}
            style={{ left: `${left * 100}%` }}
          >
            {label}
          </span>
        );
      })}
    </div>
  );
}

const moves: Record<string, (index: number, count: number) => number> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Moves the focus from row to row with the arrow keys, through all lanes. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>, onMove: Props['onMove']): void {
  const move = moves[event.key];
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const index = rows.indexOf(document.activeElement as HTMLElement);
  if (!move || index < 0) return;
  event.preventDefault();
  const next = rows[move(index, rows.length)];
  next?.focus();
  if (next) onMove?.(next);
}
