import { randomUUID } from 'node:crypto';
import { afterStarts, type FlowState, mayStart, nextByRate } from '#src/domain/flow/flow-clock.ts';
import type { Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { tellStarted } from '#src/engine/event/progress-delivery.ts';
import type { JobRoom } from '#src/engine/pump/job-room.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type ClaimedJob, claimJobs, findCandidates, withinBytes } from '#src/store/job/claim-jobs.ts';
import {
  countUnderWay,
  type DueLine,
  type LineUpdate,
  lockDueLines,
  lockFirstJobs,
  nextWakeMs,
  updateLines,
} from '#src/store/line/due-lines.ts';
import type { Claimed } from './claim-due.ts';

/** Lines that one transaction looks at. */
const linesAtOnce = 50;
/** A full flow is woken when one of its attempts ends. Should that be lost, it is looked at after this time. */
const fullLookMs = 15_000;
/** The loop of lines looks twice a second by itself. It is woken for what comes earlier. */
const soonMs = 500;
/** A line in which only jobs to crowded origins were found is looked at again after this time. */
const crowdedLookMs = 500;

/** A worker that claims from lines. `wakeIn` is called with the milliseconds after which to look again. */
export type LineClaimer = {
  workerId: string;
  bytes: number;
  room: Pick<JobRoom, 'left' | 'crowded' | 'noneWaits'>;
  wakeIn: (delayMs: number) => void;
};

/**
 * Claims up to `limit` jobs that wait in lines, as far as their flows and this worker's slots allow, in one transaction.
 * It also writes the `job.started` events of first attempts.
 */
export async function claimFromLines(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Logs,
  claimer: LineClaimer,
  limit: number,
): Promise<Claimed<ClaimedJob>> {
  const { told, nextMs, ...claimed } = await deps.db.transaction(async (tx) => {
    const crowded = claimer.room.crowded();
    const lines = await lockDueLines(
      tx,
      crowded.map(({ projectId, origin }) => ({ projectId, key: origin })),
      linesAtOnce,
    );
    const limited = lines.filter((line) => line.concurrency !== null).map((line) => line.id);
    const looks = chooseCounts(lines, await countUnderWay(tx, limited), claimer.room, limit);
    const searches = looks.filter(({ count }) => count > 0).map(({ line, count }) => ({ lineId: line.id, count }));
    const found = searches.length === 0 ? [] : await lockFirstJobs(tx, searches, crowdedUrls(crowded));
    const work = await claimFound(tx, found, claimer);
    await updateLines(tx, updatesOf(looks, found, work, crowded.length > 0));
    const more = lines.length === linesAtOnce || found.length >= limit;
    if (lines.length === 0 && crowded.length === 0) claimer.room.noneWaits();
    return { work, more, told: await tellStarted(tx, work, deps), nextMs: await nextWakeMs(tx) };
  });
  if (told) deps.notify('due');
  if (nextMs !== null && nextMs < soonMs) claimer.wakeIn(Math.max(0, nextMs));
  return claimed;
}

/** A line with the number of its jobs that may start now. */
type Look = { line: DueLine; flow: FlowState; count: number; isShort: boolean };

/**
 * Chooses how many jobs of each line to claim, at most `limit` in all. `isShort` marks a line that would let more go if
 * this worker had more slots.
 */
function chooseCounts(
  lines: DueLine[],
  underWay: ReadonlyMap<string, number>,
  room: Pick<JobRoom, 'left'>,
  limit: number,
): Look[] {
  let left = limit;
  return lines.map((line) => {
    const flow = flowOf(line, underWay.get(line.id) ?? 0);
    const own = line.kind === 'origin' ? Math.min(left, room.left(line.project_id, line.key)) : left;
    const count = mayStart(flow, line.now_ms, own);
    left -= count;
    return { line, flow, count, isShort: count === own };
  });
}

function flowOf(line: DueLine, underWay: number): FlowState {
  const { rate_limit: limit, rate_period_ms: periodMs } = line;
  return {
    concurrency: line.concurrency,
    underWay,
    rate: limit === null || periodMs === null ? null : { limit, periodMs },
    isPaused: line.paused_at !== null,
    nextStartAtMs: line.next_start_at_ms,
  };
}

function crowdedUrls(crowded: readonly { origin: string }[]): string[] {
  return crowded.map(({ origin }) => `${origin}/`);
}

/** Claims the jobs that fit into this worker's memory. The others stay in their lines. */
async function claimFound(tx: Tx, found: { id: string }[], { workerId, bytes }: LineClaimer): Promise<ClaimedJob[]> {
  if (found.length === 0) return [];
  const candidates = await findCandidates(
    tx,
    found.map(({ id }) => id),
  );
  const fitting = candidates.slice(0, withinBytes(candidates, bytes));
  return claimJobs(
    tx,
    fitting.map(({ id }) => id),
    { claimId: randomUUID(), workerId },
  );
}

function updatesOf(
  looks: Look[],
  found: { id: string; line_id: string }[],
  work: ClaimedJob[],
  hasCrowded: boolean,
): LineUpdate[] {
  const claimed = new Set(work.map(({ id }) => id));
  const byLine = Map.groupBy(found, (one) => one.line_id);
  return looks.flatMap((look) => {
    const jobs = byLine.get(look.line.id) ?? [];
    const started = jobs.filter(({ id }) => claimed.has(id)).length;
    const isEmpty =
      look.count > 0 &&
      jobs.length < look.count &&
      started === jobs.length &&
      !(hasCrowded && look.line.kind === 'flow');
    const wakeAtMs = isEmpty ? null : nextLook(look, started, jobs.length);
    const nextStartAtMs = afterStarts(look.flow, look.line.now_ms, started);
    return [{ id: look.line.id, nextStartAtMs, wakeAtMs }];
  });
}

/** Returns when to look at a line that still has jobs, in epoch milliseconds; null: when it is resumed. */
function nextLook({ line, flow, count, isShort }: Look, started: number, found: number): number | null {
  const { now_ms: nowMs } = line;
  if (flow.isPaused) return null;
  if (flow.concurrency !== null && flow.underWay + started >= flow.concurrency) return nowMs + fullLookMs;
  const byRate = nextByRate({ rate: flow.rate, nextStartAtMs: afterStarts(flow, nowMs, started) }, nowMs);
  if (byRate > nowMs) return byRate;
  // Nothing stops the line but this worker's slots, its memory, or crowded origins: another worker may have room.
  return !isShort && found < count ? nowMs + crowdedLookMs : nowMs;
}
