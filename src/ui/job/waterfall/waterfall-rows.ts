import type { AttemptLine, DeliveryLine, JobView } from '#src/contract/job/job-view.ts';
import type { OutcomeKind, Timings } from '#src/domain/decide/outcome.ts';
import { liveLength, type Span } from '#src/ui/charts/time-scale.ts';
import type { PhaseKind } from '#src/ui/parts/attempt/phases.tsx';
import { outcomeWord } from '#src/ui/words/outcome-look.ts';
import { attemptsGone } from '#src/ui/words/outlived.ts';
import { type ReceiverGroup, receiverGroups, stateCounts } from '#src/ui/words/receiver-groups.ts';
import { tookText } from '#src/ui/words/time-text.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';

export type Phase = { kind: PhaseKind; fromMs: number; toMs: number };

/** An attempt that was made, is under way, or is planned. */
export type Row = {
  key: string;
  /** Id of the job or of the delivery whose attempt it is. */
  owner: string;
  number: number;
  name: string;
  /** What the name means to those who hear it without its lane; empty for the job's own attempts. */
  of: string;
  startMs: number;
  /** Null for an attempt that is under way or planned. */
  endMs: number | null;
  phases: Phase[];
  /** End of the wait for the next attempt; null if no attempt follows. */
  waitToMs: number | null;
  /** Short note about what followed. */
  note: string;
} & ({ kind: 'made'; outcome: OutcomeKind; status: number | null; tookMs: number } | { kind: 'running' | 'planned' });

export type Lane = {
  key: string;
  title: 'Request' | 'Callback' | 'Delivery' | 'Deliveries';
  note: string;
  rows: Row[];
};

/** All lanes of a job's history on one axis, and the time span that they cover. */
export type Waterfall = { lanes: Lane[]; startMs: number; endMs: number; busy: Span[]; live: boolean };

type Line = AttemptLine;

/**
 * Returns the past and planned attempts of a job and its callbacks as rows. `nowMs` matters only while something is under
 * way.
 */
export function waterfallOf(view: JobView, nowMs: number): Waterfall {
  const { job, deliveries } = view;
  const lanes = [requestLane(view, nowMs), ...receiverGroups(view).map((group) => receiverLane(group, nowMs))];
  if (deliveries.length === 0 && job.callback && job.endedAt === null)
    lanes.push({ key: 'callback', title: 'Callback', note: 'waits for the end of the job', rows: [] });
  const rows = lanes.flatMap((lane) => lane.rows);
  const live = job.endedAt === null || deliveries.some(({ endedAt }) => endedAt === null);
  const createdMs = Date.parse(job.createdAt);
  const startMs = Math.min(...rows.map((row) => row.startMs), job.startedAt === null ? createdMs : Infinity);
  const start = Number.isFinite(startMs) ? startMs : createdMs;
  const ends = rows.map((row) => row.endMs ?? (row.kind === 'running' ? nowMs : row.startMs));
  const last = Math.max(start, ...ends, job.endedAt === null ? 0 : Date.parse(job.endedAt));
  const busy = rows.flatMap(busyOf(nowMs));
  return { lanes, startMs: start, endMs: live ? start + liveLength(last, start, nowMs) : last, busy, live };
}

function busyOf(nowMs: number): (row: Row) => Span[] {
  return (row) => {
    const worked = row.phases.filter(({ kind, fromMs, toMs }) => kind !== 'queue' || toMs - fromMs <= 2_000);
    if (row.kind === 'planned') return [[row.startMs, row.startMs]];
    if (row.kind === 'running') return [[row.startMs, nowMs]];
    return worked.map(({ fromMs, toMs }): Span => [fromMs, toMs]);
  };
}

function requestLane(view: JobView, nowMs: number): Lane {
  const { job, attempts } = view;
  const firstDueMs = Math.max(Date.parse(job.createdAt), job.runAt === null ? 0 : Date.parse(job.runAt));
  const naming: Naming = { owner: job.id, of: '', nameOf: (number) => `Attempt ${number}` };
  const rows = madeRows(attempts, naming, firstDueMs, waitNote);
  const last = rows.at(-1);
  const number = attempts.length + 1;
  if (job.state === 'in_progress') {
    const due = last?.waitToMs ?? last?.endMs ?? firstDueMs;
    const startMs = attempts.length === 0 && job.startedAt !== null ? Date.parse(job.startedAt) : due;
    rows.push(open('running', naming, number, Math.min(startMs, nowMs)));
  } else if (job.endedAt === null) {
    rows.push(open('planned', naming, number, job.nextAttemptAt === null ? nowMs : Date.parse(job.nextAttemptAt)));
  }
  return { key: job.id, title: 'Request', note: requestNote(view), rows };
}

function requestNote(view: JobView): string {
  const { job, attempts } = view;
  const gone = attemptsGone(view);
  const made = gone ? job.attempts : attempts.length;
  const count = made === 1 ? '1 attempt' : `${made.toLocaleString('en-US')} attempts`;
  const last = attempts.at(-1);
  if (job.endedAt === null)
    return last ? `${count} so far` : job.state === 'in_progress' ? 'first attempt under way' : 'not tried yet';
  if (gone && !last) return `${count}, ${job.state}; deleted by the project’s retention`;
  if (gone) return `${count}, ${job.state}; older ones were deleted by the project’s retention`;
  if (!last) return `${job.state} before its first attempt`;
  return last.status === null ? `${count}, ${job.state}` : `${count}, ${job.state} with ${last.status}`;
}

/** Returns the lane of one receiver. Its rows are named by their events if there are several. */
function receiverLane({ key, kind, name, url, deliveries }: ReceiverGroup, nowMs: number): Lane {
  const to = kind === 'endpoint' || kind === 'listener' ? name : urlParts(url).host;
  const [only] = deliveries;
  if (deliveries.length === 1 && only) {
    const naming = { owner: only.id, of: 'of the delivery', nameOf: (number: number) => `Attempt ${number}` };
    return { key, title: 'Delivery', note: `${only.type} to ${to}`, rows: deliveryRows(only, naming, nowMs) };
  }
  const rows = deliveries.flatMap((one) => {
    const nameOf = (number: number) => (number === 1 ? one.type : `${one.type}, attempt ${number}`);
    return deliveryRows(one, { owner: one.id, of: '', nameOf }, nowMs);
  });
  const note = `${deliveries.length.toLocaleString('en-US')} to ${to}: ${stateCounts(deliveries)}`;
  return { key, title: 'Deliveries', note, rows: rows.sort((a, b) => a.startMs - b.startMs) };
}

function deliveryRows(delivery: DeliveryLine, naming: Naming, nowMs: number): Row[] {
  const rows = madeRows(delivery.tries, naming, Date.parse(delivery.createdAt), deliveryNote);
  const due = delivery.nextAttemptAt === null ? null : Date.parse(delivery.nextAttemptAt);
  const number = delivery.tries.length + 1;
  if (delivery.state === 'in_progress') rows.push(open('running', naming, number, Math.min(due ?? nowMs, nowMs)));
  else if (delivery.endedAt === null) rows.push(open('planned', naming, number, due ?? nowMs));
  return rows;
}

type Naming = { owner: string; of: string; nameOf: (number: number) => string };

function madeRows(lines: Line[], naming: Naming, firstDueMs: number, noteOf: (line: Line) => string): Row[] {
  let dueMs: number | null = firstDueMs;
  return lines.map((line): Row => {
    const [startedMs, endMs] = [Date.parse(line.startedAt), Date.parse(line.endedAt)];
    const queuedMs = Math.min(dueMs ?? startedMs, startedMs);
    dueMs = line.decision?.then === 'retry' ? endMs + line.decision.delayMs : null;
    return {
      key: line.id,
      kind: 'made',
      ...named(naming, line.number),
      outcome: line.outcome,
      status: line.status,
      tookMs: endMs - startedMs,
      startMs: queuedMs,
      endMs,
      phases: phasesOf(queuedMs, startedMs, endMs, line.timings),
      waitToMs: dueMs,
      note: noteOf(line),
    };
  });
}

function open(kind: 'running' | 'planned', naming: Naming, number: number, startMs: number): Row {
  const note = kind === 'running' ? 'under way' : 'planned';
  const key = `${naming.owner}-${kind}`;
  return { key, kind, ...named(naming, number), startMs, endMs: null, phases: [], waitToMs: null, note };
}

function named({ owner, of, nameOf }: Naming, number: number): Pick<Row, 'owner' | 'of' | 'number' | 'name'> {
  return { owner, of, number, name: nameOf(number) };
}

const measured = [
  ['dns', 'dnsMs'],
  ['connect', 'connectMs'],
  ['tls', 'tlsMs'],
  ['firstByte', 'firstByteMs'],
  ['body', 'bodyMs'],
] as const satisfies readonly (readonly [PhaseKind, keyof Timings])[];

/**
 * Returns the phases in which an attempt spent its time. The rest of an attempt that was broken off belongs to the
 * phase in which that happened.
 */
function phasesOf(queuedMs: number, startedMs: number, endMs: number, timings: Timings | null): Phase[] {
  const phases: Phase[] = [];
  if (startedMs > queuedMs) phases.push({ kind: 'queue', fromMs: queuedMs, toMs: startedMs });
  let at = startedMs;
  let last: PhaseKind = 'firstByte';
  for (const [kind, key] of timings === null ? [] : measured) {
    const ms = timings?.[key] ?? null;
    if (ms === null) continue;
    const toMs = Math.min(endMs, at + ms);
    phases.push({ kind, fromMs: at, toMs });
    at = toMs;
    last = kind;
  }
  const brokenIn = timings !== null && timings.firstByteMs !== null ? 'body' : last === 'body' ? 'body' : 'firstByte';
  if (at < endMs) phases.push({ kind: brokenIn, fromMs: at, toMs: endMs });
  return phases;
}

function waitNote({ decision }: Line): string {
  if (decision?.then !== 'retry') return '';
  const wait = tookText(decision.delayMs);
  if (decision.delayMs === 0) return 'again at once';
  return (decision.inputs.usedHeaders?.length ?? 0) > 0 ? `waited ${wait} as its headers said` : `backoff ${wait}`;
}

function deliveryNote({ decision, outcome, status }: Line): string {
  if (decision?.then === 'complete') return 'delivered';
  if (decision?.then !== 'retry') return '';
  return `${outcomeWord({ outcome, status })}, next after ${tookText(decision.delayMs)}`;
}
