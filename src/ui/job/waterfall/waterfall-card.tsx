'use client';

import { useMemo, useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { foldMiddle } from '#src/ui/charts/fold-rows.ts';
import type { TimeScale } from '#src/ui/charts/time-scale.ts';
import { WaterfallFrame } from '#src/ui/charts/waterfall-frame.tsx';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Globe, Webhook } from '#src/ui/icons/icons.ts';
import type { Selection } from '#src/ui/job/page/selection.ts';
import { PhaseLegend } from '#src/ui/parts/attempt/phases.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { WaterfallRow } from './waterfall-row.tsx';
import { type Lane, type Row, waterfallOf } from './waterfall-rows.ts';

type Props = { view: JobView; selection: Selection; onSelect: (selection: Selection) => void };

/** Shows attempts and deliveries on one time axis. */
export function WaterfallCard({ view, selection, onSelect }: Props) {
  const isOver = view.job.endedAt !== null && view.deliveries.every(({ endedAt }) => endedAt !== null);
  const now = useNow(isOver ? 60_000 : 1_000);
  const waterfall = useMemo(() => waterfallOf(view, now), [view, now]);
  return (
    <WaterfallFrame
      covered={waterfall}
      nowMs={now}
      label="Attempts over time"
      legend={<PhaseLegend />}
      // The row that gets the focus is selected.
      onMove={(row) => row.click()}
    >
      {(at) =>
        waterfall.lanes.map((lane, index) => (
          <LaneRows
            key={lane.key}
            lane={lane}
            isFirst={index === 0}
            at={at}
            nowMs={now}
            selection={selection}
            onSelect={onSelect}
          />
        ))
      }
    </WaterfallFrame>
  );
}

type LaneProps = Omit<Props, 'view'> & { lane: Lane; isFirst: boolean; at: TimeScale['at']; nowMs: number };

/** Rows at each end that a folded lane keeps. A job's own attempts are what the page is about. */
const rowsOfRequest = 10;
const rowsOfReceiver = 3;

function LaneRows({ lane, isFirst, at, nowMs, selection, onSelect }: LaneProps) {
  const [more, setMore] = useState(0);
  const isSelected = ({ kind, owner, number }: Row) =>
    kind === 'made' && selection?.owner === owner && selection.number === number;
  const made = lane.rows.filter(({ kind }) => kind === 'made');
  const holds = made.some(isSelected);
  const isRequest = lane.title === 'Request';
  const Icon = isRequest ? Globe : Webhook;
  return (
    <>
      <div className={isFirst ? 'waterfall-lane border-t' : 'waterfall-lane'}>
        <Icon size={14} aria-hidden className="flex-none text-fg-subtle" />
        <span className="min-w-0 truncate bg-surface pr-1.5">
          {lane.title} <span className="ml-1 font-normal text-fg-subtle">{lane.note}</span>
        </span>
      </div>
      {foldMiddle(lane.rows, more, isSelected, isRequest ? rowsOfRequest : rowsOfReceiver).map((part, index) =>
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
            selected={isSelected(part.entry)}
            reachable={isSelected(part.entry) || (!holds && part.entry === made[0])}
            onSelect={() => onSelect({ owner: part.entry.owner, number: part.entry.number })}
          />
        ),
      )}
    </>
  );
}
