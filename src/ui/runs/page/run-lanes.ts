import type { RunDetail, RunStepView, RunTurn } from '#src/contract/run/run-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { liveLength, type Span } from '#src/ui/charts/time-scale.ts';
import type { Covered } from '#src/ui/charts/waterfall-frame.tsx';
import { type ShownState, stateLook } from '#src/ui/words/state-look.ts';
import { clockText } from '#src/ui/words/time-text.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';

/** How the time of a row was spent: code of the route, a request, work of the app, or a wait. */
export type RunBarLook = 'turn' | 'request' | 'step' | 'wait' | 'failed';

/** A bar on the axis. */
export type RunBar = {
  look: RunBarLook;
  fromMs: number;
  /** End of the wait for a worker; equal to `fromMs` if there was none. */
  queuedToMs: number;
  /** Null: it goes on. */
  toMs: number | null;
  /** The latest end of what goes on; null if none is known. */
  dueMs: number | null;
};

/** A turn or a step of a run. */
export type RunRow = {
  key: string;
  name: string;
  kind: RunStepView['kind'] | 'turn';
  jobId: string | null;
  state: ShownState;
  /** Word for the state. */
  word: string;
  status: number | null;
  attempts: number;
  /** What it was, for the end of the bar. */
  note: string;
  bar: RunBar;
};

/** The lane of turns and the rows of steps on one axis. */
export type RunLanes = Covered & { turns: RunRow[]; steps: RunRow[] };

/** Returns the turns and steps of a run as rows. `nowMs` matters only while the run goes on. */
export function lanesOf(run: RunDetail, nowMs: number, zone: string): RunLanes {
  const turns = run.turns.map(turnRow);
  const endMs = run.endedAt === null ? null : Date.parse(run.endedAt);
  const steps = run.steps.map((step) => stepRow(step, endMs, nowMs, zone));
  const rows = [...turns, ...steps];
  const startMs = Math.min(Date.parse(run.createdAt), ...rows.map(({ bar }) => bar.fromMs));
  const live = endMs === null;
  const ends = rows.map(({ bar }) => bar.toMs ?? Math.max(nowMs, bar.dueMs ?? 0));
  const lastMs = Math.max(startMs, endMs ?? 0, ...ends);
  const busy = [
    ...rows.map(({ bar }) => bar).flatMap((bar) => busyOf(bar, nowMs)),
    ...(live ? [[nowMs, nowMs] as Span] : []),
  ];
  return { turns, steps, startMs, endMs: live ? startMs + liveLength(lastMs, startMs, nowMs) : lastMs, busy, live };
}

/** Returns when something happened. A wait is idle, apart from its ends. */
function busyOf({ look, fromMs, queuedToMs, toMs, dueMs }: RunBar, nowMs: number): Span[] {
  const ends: Span[] = [fromMs, toMs ?? dueMs ?? nowMs].map((ms) => [ms, ms]);
  if (look === 'wait') return ends;
  const worked: Span = [queuedToMs, toMs ?? nowMs];
  return queuedToMs - fromMs <= 2_000 ? [[fromMs, worked[1]]] : [[fromMs, fromMs], worked];
}

function turnRow(turn: RunTurn): RunRow {
  const { state } = turn;
  return {
    key: turn.jobId,
    name: `Turn ${turn.number}`,
    kind: 'turn',
    jobId: turn.jobId,
    state,
    word: stateLook(state).word,
    status: null,
    attempts: turn.attempts,
    note: attemptsText(turn.attempts),
    bar: jobBar(turn, state === 'failed' ? 'failed' : 'turn'),
  };
}

type Timed = Pick<RunTurn, 'createdAt' | 'startedAt' | 'endedAt'>;

function jobBar({ createdAt, startedAt, endedAt }: Timed, look: RunBarLook): RunBar {
  const fromMs = Date.parse(createdAt);
  const toMs = endedAt === null ? null : Math.max(fromMs, Date.parse(endedAt));
  const queuedToMs = startedAt === null ? (toMs ?? fromMs) : Math.max(fromMs, Date.parse(startedAt));
  return { look, fromMs, queuedToMs, toMs, dueMs: null };
}

function stepRow(step: RunStepView, runEndMs: number | null, nowMs: number, zone: string): RunRow {
  const { key, kind, jobId } = step;
  const state = stateOf(step, runEndMs !== null);
  const row = { key, name: key, kind, jobId, state, status: step.status, attempts: step.attempts ?? 0 };
  const word = step.state === 'timed_out' ? 'Timed out' : kind !== 'request' && state === 'completed' ? 'Done' : null;
  return {
    ...row,
    word: word ?? stateLook(state).word,
    note: noteOf(step, nowMs, zone),
    bar: stepBar(step, state, runEndMs),
  };
}

function stateOf({ kind, state, jobState }: RunStepView, isOver: boolean): ShownState {
  if (kind === 'request') return jobState ?? 'cancelled';
  if (state === 'pending') return isOver ? 'cancelled' : 'waiting';
  return state === 'done' ? 'completed' : 'failed';
}

function stepBar(step: RunStepView, state: ShownState, runEndMs: number | null): RunBar {
  const fromMs = Date.parse(step.createdAt);
  if (step.kind === 'request') {
    const look = state === 'failed' ? 'failed' : 'request';
    const bar = jobBar(step, look);
    // A job that is deleted or still about to be cancelled does not outlive its run on the axis.
    return bar.toMs === null && runEndMs !== null && !isOpen(step) ? { ...bar, toMs: Math.max(fromMs, runEndMs) } : bar;
  }
  const dueMs = step.dueAt === null ? null : Date.parse(step.dueAt);
  const endedMs = step.endedAt === null ? runEndMs : Date.parse(step.endedAt);
  const toMs = endedMs === null ? null : Math.max(fromMs, endedMs);
  if (step.kind === 'step') return { look: 'step', fromMs, queuedToMs: fromMs, toMs, dueMs: null };
  const look = step.state === 'timed_out' ? 'failed' : 'wait';
  return { look, fromMs, queuedToMs: fromMs, toMs, dueMs: toMs === null ? dueMs : null };
}

function isOpen({ jobState }: RunStepView): boolean {
  return jobState !== null && !isTerminal(jobState);
}

function noteOf(step: RunStepView, nowMs: number, zone: string): string {
  switch (step.kind) {
    case 'request': {
      const what = step.url === null ? 'deleted' : `${step.method} ${urlParts(step.url).host}`;
      const attempts = attemptsText(step.attempts ?? 0);
      return attempts === '' ? what : `${what}, ${attempts}`;
    }
    case 'sleep':
      return step.dueAt === null ? 'sleep' : `sleep until ${clockText(step.dueAt, nowMs, zone)}`;
    case 'callback':
      if (step.state === 'timed_out') return 'no callback in time';
      if (step.state === 'done') return 'callback came';
      return step.dueAt === null ? 'callback' : `callback until ${clockText(step.dueAt, nowMs, zone)}`;
    default:
      return 'work of the app';
  }
}

function attemptsText(attempts: number): string {
  return attempts > 1 ? `${attempts.toLocaleString('en-US')} attempts` : '';
}
