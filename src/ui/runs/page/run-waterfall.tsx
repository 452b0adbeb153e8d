'use client';

import { useMemo, useState } from 'react';
import type { RunDetail } from '#src/contract/run/run-view.ts';
import { foldMiddle } from '#src/ui/charts/fold-rows.ts';
import type { TimeScale } from '#src/ui/charts/time-scale.ts';
import { WaterfallFrame } from '#src/ui/charts/waterfall-frame.tsx';
import { useNow } from '#src/ui/data/server-clock.ts';
import { ChevronDown, ChevronRight, Workflow } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { tookText } from '#src/ui/words/time-text.ts';
import { lanesOf, type RunBarLook, type RunLanes, type RunRow } from './run-lanes.ts';
import { barColour, RunBarLine, RunRowLine } from './run-row.tsx';

/** Shows the turns and all steps of a run on one time axis. */
export function RunWaterfall({ run }: { run: RunDetail }) {
  const now = useNow(run.endedAt === null ? 1_000 : 60_000);
  const { zone } = useTimes();
  const lanes = useMemo(() => lanesOf(run, now, zone), [run, now, zone]);
  return (
    <WaterfallFrame covered={lanes} nowMs={now} label="Turns and steps over time" legend={<Legend />}>
      {(at) => (
        <>
          <TurnLane lanes={lanes} at={at} nowMs={now} />
          <div className="waterfall-lane">
            <Workflow size={14} aria-hidden className="flex-none text-fg-subtle" />
            <span className="min-w-0 truncate bg-surface pr-1.5">
              Steps <span className="ml-1 font-normal text-fg-subtle">{stepsNote(run)}</span>
            </span>
          </div>
          <Rows rows={lanes.steps} atEachEnd={40} at={at} nowMs={now} />
        </>
      )}
    </WaterfallFrame>
  );
}

function stepsNote({ steps, endedAt }: RunDetail): string {
  if (steps.length === 0) return endedAt === null ? 'none yet' : 'none';
  const done = steps.filter(({ state }) => state !== 'pending').length;
  const count = steps.length.toLocaleString('en-US');
  return done === steps.length ? count : `${count}, ${done.toLocaleString('en-US')} ended`;
}

const legend: readonly [look: RunBarLook, word: string][] = [
  ['turn', 'Turn'],
  ['request', 'Request'],
  ['step', 'Own step'],
  ['wait', 'Wait'],
  ['failed', 'Failed'],
];

function Legend() {
  return (
    <div className="flex gap-3.5 pr-2 text-12 text-fg-muted max-md:hidden">
      {legend.map(([look, word]) => (
        <span key={look} className="flex items-center gap-1.5 whitespace-nowrap">
          <i className={`size-2 rounded-[2px] ${barColour[look]}`} />
          {word}
        </span>
      ))}
    </div>
  );
}

type Drawn = { at: TimeScale['at']; nowMs: number };

/** Shows all turns in one row, and each in a row of its own on demand: new ones do not move the steps below. */
function TurnLane({ lanes: { turns }, at, nowMs }: Drawn & { lanes: RunLanes }) {
  const [open, setOpen] = useState(false);
  const spent = turns.reduce((sum, { bar }) => sum + (bar.toMs ?? Math.max(nowMs, bar.fromMs)) - bar.queuedToMs, 0);
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <>
      <button
        type="button"
        data-row="turns"
        aria-expanded={open}
        className="waterfall-row border-t"
        onClick={() => setOpen(!open)}
      >
        <span className="waterfall-label">
          <Icon size={14} aria-hidden className="flex-none text-fg-subtle" />
          <span className="font-semibold whitespace-nowrap">
            Turns <span className="ml-1 font-normal text-fg-subtle">{turns.length.toLocaleString('en-US')}</span>
          </span>
          <span className="ml-auto whitespace-nowrap text-fg-muted">{tookText(spent)} in all</span>
        </span>
        <span className="waterfall-track" aria-hidden>
          {turns.map(({ key, bar }) => (
            <RunBarLine key={key} bar={bar} at={at} nowMs={nowMs} />
          ))}
        </span>
      </button>
      {open && <Rows rows={turns} atEachEnd={10} at={at} nowMs={nowMs} />}
    </>
  );
}

type RowsProps = Drawn & { rows: readonly RunRow[]; atEachEnd: number };

/** Shows rows. Of very many, the middle is hidden, apart from what goes on or has failed. */
function Rows({ rows, atEachEnd, at, nowMs }: RowsProps) {
  const [more, setMore] = useState(0);
  const first = rows.find(({ jobId }) => jobId !== null);
  const stays = ({ state, bar }: RunRow) => bar.toMs === null || state === 'failed';
  return foldMiddle(rows, more, stays, atEachEnd).map((part, index) =>
    part.kind === 'fold' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a fold has no name of its own.
      <div key={`fold ${index}`} className="waterfall-row">
        <Button kind="ghost" size="small" className="justify-self-start" onClick={() => setMore(more + 100)}>
          {part.hidden.toLocaleString('en-US')} more: show {Math.min(100, part.hidden)}
        </Button>
      </div>
    ) : (
      <RunRowLine key={part.entry.key} row={part.entry} at={at} nowMs={nowMs} reachable={part.entry === first} />
    ),
  );
}
