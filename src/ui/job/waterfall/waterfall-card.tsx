'use client';

import { type KeyboardEvent, useMemo, useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Clock, Globe, Webhook } from '#src/ui/icons/icons.ts';
import type { Selection } from '#src/ui/job/page/selection.ts';
import { PhaseLegend } from '#src/ui/parts/attempt/phases.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { foldMiddle } from './fold-rows.ts';
import { type Tick, type TimeScale, timeScale } from './time-scale.ts';
import { WaterfallRow } from './waterfall-row.tsx';
import { type Lane, waterfallOf } from './waterfall-rows.ts';

type Props = { view: JobView; selection: Selection; onSelect: (selection: Selection) => void };

/** Shows attempts and deliveries on one time axis. */
export function WaterfallCard({ view, selection, onSelect }: Props) {
  const isOver = view.job.endedAt !== null && view.deliveries.every(({ endedAt }) => endedAt !== null);
  const now = useNow(isOver ? 60_000 : 1_000);
  const waterfall = useMemo(() => waterfallOf(view, now), [view, now]);
  const [wanted, setWanted] = useState<boolean | null>(null);
  // The wait for the next attempt of a young job is not collapsed, because it is what the user waits for and wants to
  // see.
  const collapse = wanted ?? !(waterfall.live && waterfall.endMs - waterfall.startMs <= 120_000);
  const scale = useMemo(
    () => timeScale({ ...waterfall, collapse, nowMs: waterfall.live ? now : null }),
    [waterfall, collapse, now],
  );
  return (
    <section className="card overflow-clip" aria-label="Waterfall">
      <div className="card-head">
        <h2 className="flex-1">Waterfall</h2>
        <PhaseLegend />
        {scale.hasIdle && (
          <Button kind="ghost" size="small" icon={Clock} aria-pressed={collapse} onClick={() => setWanted(!collapse)}>
            {collapse ? 'Idle collapsed' : 'Collapse idle'}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div role="group" aria-label="Attempts over time" className="waterfall" onKeyDown={moveFocus}>
        <Guides scale={scale} />
        <Axis ticks={scale.ticks} />
        {waterfall.lanes.map((lane, index) => (
          <LaneRows
            key={lane.key}
            lane={lane}
            isFirst={index === 0}
            at={scale.at}
            nowMs={now}
            selection={selection}
            onSelect={onSelect}
          />
        ))}
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

/** The share of a phone's axis that two labels take. */
const phoneLabelShare = 0.25;

function Axis({ ticks }: { ticks: Tick[] }) {
  return (
    <div aria-hidden className="waterfall-axis">
      {ticks.map(({ kind, left, label, edge }, index) => (
        <span
          key={`${kind} ${left}`}
          data-kind={kind}
          data-edge={edge}
          // Phones have room for every second label only, and for none beside the last one.
          data-minor={(kind === 'time' && !edge && (index % 2 === 1 || left > 1 - phoneLabelShare)) || undefined}
          className={kind === 'now' ? 'font-medium text-accent-text' : undefined}
          style={{ left: `${left * 100}%` }}
        >
          {label}
        </span>
      ))}
    </div>
  );
}

type LaneProps = Omit<Props, 'view'> & { lane: Lane; isFirst: boolean; at: TimeScale['at']; nowMs: number };

function LaneRows({ lane, isFirst, at, nowMs, selection, onSelect }: LaneProps) {
  const [more, setMore] = useState(0);
  const isSelected = (number: number) => selection?.owner === lane.key && selection.number === number;
  const made = lane.rows.filter(({ kind }) => kind === 'made');
  const holds = made.some(({ number }) => isSelected(number));
  const Icon = lane.title === 'Request' ? Globe : Webhook;
  return (
    <>
      <div className={isFirst ? 'waterfall-lane border-t' : 'waterfall-lane'}>
        <Icon size={14} aria-hidden className="flex-none text-fg-subtle" />
        <span className="min-w-0 truncate bg-surface pr-1.5">
          {lane.title} <span className="ml-1 font-normal text-fg-subtle">{lane.note}</span>
        </span>
      </div>
      {foldMiddle(lane.rows, more, ({ kind, number }) => kind === 'made' && isSelected(number)).map((part, index) =>
        part.kind === 'fold' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two folds at most, around the selected row.
          <div key={`fold ${index}`} className="waterfall-row">
            <Button kind="ghost" size="small" className="justify-self-start" onClick={() => setMore(more + 100)}>
              {part.hidden.toLocaleString('en-US')} more: show {Math.min(100, part.hidden)}
            </Button>
          </div>
        ) : (
          <WaterfallRow
            key={part.entry.key}
            row={part.entry}
            at={at}
            nowMs={nowMs}
            selected={part.entry.kind === 'made' && isSelected(part.entry.number)}
            reachable={isSelected(part.entry.number) || (!holds && part.entry.number === made[0]?.number)}
            onSelect={() => onSelect({ owner: lane.key, number: part.entry.number })}
          />
        ),
      )}
    </>
  );
}

const moves: Record<string, (index: number, count: number) => number> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Moves the focus from row to row with the arrow keys, through all lanes. The row that gets the focus is selected. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const move = moves[event.key];
  const rows = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-row]')];
  const index = rows.indexOf(document.activeElement as HTMLButtonElement);
  if (!move || index < 0) return;
  event.preventDefault();
  const next = rows[move(index, rows.length)];
  next?.focus();
  next?.click();
}
