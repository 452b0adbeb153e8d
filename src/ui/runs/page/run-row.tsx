import clsx from 'clsx';
import Link from 'next/link';
import type { TimeScale } from '#src/ui/charts/time-scale.ts';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { stateLook } from '#src/ui/words/state-look.ts';
import { leftText, tookText } from '#src/ui/words/time-text.ts';
import type { RunBar, RunBarLook, RunRow } from './run-lanes.ts';

type At = TimeScale['at'];
type Props = {
  row: RunRow;
  at: At;
  nowMs: number;
  /** True for the row that the Tab key reaches. */
  reachable: boolean;
};

/** Colours of bars, by what the time went into. */
export const barColour: Readonly<Record<RunBarLook, string>> = {
  turn: 'bg-ph-body',
  request: 'bg-ph-ttfb',
  step: 'bg-ph-conn',
  wait: 'phase-queue',
  failed: 'bg-failed',
};

/** Shows a turn or a step on the axis. One that is a job leads to it. */
export function RunRowLine({ row, at, nowMs, reachable }: Props) {
  const inside = (
    <>
      <Label row={row} nowMs={nowMs} />
      <span className="waterfall-track" aria-hidden>
        <RunBarLine bar={row.bar} at={at} nowMs={nowMs} />
        <Note row={row} at={at} nowMs={nowMs} />
      </span>
    </>
  );
  if (row.jobId === null) return <div className="waterfall-row">{inside}</div>;
  return (
    <Link
      href={`/jobs/${row.jobId}`}
      prefetch={false}
      data-row={row.key}
      tabIndex={reachable ? 0 : -1}
      className="waterfall-row"
    >
      {inside}
    </Link>
  );
}

function Label({ row, nowMs }: { row: RunRow; nowMs: number }) {
  const { icon: Icon, colour } = stateLook(row.state);
  const turning = row.state === 'in_progress' || row.state === 'running';
  return (
    <span className={`${colour} waterfall-label`}>
      <Icon size={14} aria-hidden className={clsx('flex-none text-state', turning && 'turning')} />
      <span className="min-w-0 truncate" title={row.name}>
        {row.name}
      </span>
      <span className="sr-only">
        {row.word}, {row.note}
      </span>
      {row.status !== null && <StatusCode outcome="response" status={row.status} quiet />}
      {row.attempts > 1 && (
        <span aria-hidden className="whitespace-nowrap text-fg-subtle">
          ×{row.attempts}
        </span>
      )}
      <span className="ml-auto pl-1 whitespace-nowrap text-fg-muted">{whenText(row, nowMs)}</span>
    </span>
  );
}

function whenText({ kind, state, bar }: RunRow, nowMs: number): string {
  if (kind === 'step') return '';
  if (bar.toMs !== null) return tookText(bar.toMs - bar.fromMs);
  if (state === 'waiting' && bar.dueMs !== null) return bar.dueMs > nowMs ? `in ${leftText(bar.dueMs - nowMs)}` : 'now';
  return tookText(Math.max(0, Math.floor((nowMs - bar.fromMs) / 1_000) * 1_000));
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

/** Draws a bar. One that goes on is open at now, and dashed from there to its latest end. */
export function RunBarLine({ bar, at, nowMs }: { bar: RunBar; at: At; nowMs: number }) {
  const from = at(bar.fromMs);
  const to = at(bar.toMs ?? Math.max(nowMs, bar.fromMs));
  const width = Math.max(0, to - from);
  const place = { left: percent(Math.min(from, 0.997)), width: percent(width) };
  if (bar.toMs === null) {
    const due = bar.dueMs === null ? to : at(bar.dueMs);
    return (
      <>
        <span className={clsx('waterfall-bar', bar.look === 'wait' && 'state-scheduled')} data-open style={place} />
        {due > to && (
          <span
            className="waterfall-wait"
            style={{ left: `calc(${percent(to)} + 4px)`, width: `max(0px, calc(${percent(due - to)} - 4px))` }}
          />
        )}
      </>
    );
  }
  const queued = Math.min(width, at(bar.queuedToMs) - from);
  return (
    <span className={clsx('waterfall-bar', barColour[bar.look])} style={place}>
      {queued > 0 && <i className="phase-queue" style={{ left: 0, width: percent(queued / (width || 1)) }} />}
    </span>
  );
}

function Note({ row: { bar, note }, at, nowMs }: { row: RunRow; at: At; nowMs: number }) {
  const from = at(bar.fromMs);
  const until = at(bar.toMs ?? Math.max(nowMs, bar.dueMs ?? 0));
  const side = until < 0.72 ? 'right' : from > 0.3 ? 'left' : null;
  if (side === null || note === '') return null;
  return (
    <span className="waterfall-note" data-side={side} style={{ left: percent(side === 'right' ? until : from) }}>
      {note}
    </span>
  );
}
