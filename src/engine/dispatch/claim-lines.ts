import { afterStarts, type FlowState, mayStart, nextByRate } from '#src/domain/flow/flow-clock.ts';
import type { CoolDowns } from '#src/engine/cool/cool-downs.ts';
import { coolOrigin } from '#src/engine/cool/cool-name.ts';
import type { Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { tellStarted } from '#src/engine/event/progress-delivery.ts';
import type { JobRoom } from '#src/engine/pump/job-room.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type Claim, type ClaimedJob, claimJobs, findCandidates, withinBytes } from '#src/store/job/claim-jobs.ts';
import { markCooling, updateCoolDowns } from '#src/store/line/cool-down-rows.ts';
import {
  countUnderWay,
  type DueLine,
  type FirstJob,
  type LineUpdate,
  lockDueLines,
  lockFirstJobs,
  nextWakeMs,
  updateLines,
} from '#src/store/line/due-lines.ts';
import { type Claimed, moveToCoolDowns } from './claim-due.ts';
import { type CoolGate, makeCoolGate } from './cool-gate.ts';
import { type Paused, stillUnpaused } from './paused.ts';
import { type Sifted, siftCooling } from './sift-cooling.ts';

/** Lines that one transaction looks at. */
const linesAtOnce = 50;
/** A full flow is woken when one of its attempts ends. Should that be lost, it is looked at after this time. */
const fullLookMs = 15_000;
/** The loop of lines looks twice a second by itself. It is woken for what comes earlier. */
const soonMs = 500;
/** While there are cool-downs, so many times more jobs of a line are looked at than may start. */
const passedOver = 4;
/** A line in which only jobs to crowded origins were found is looked at again after this time. */
const crowdedLookMs = 500;

/** A worker that claims from lines. `wakeIn` is called with the milliseconds after which to look again. */
export type LineClaimer = {
  claim: Claim;
  bytes: number;
  room: Pick<JobRoom, 'left' | 'crowded' | 'opening' | 'noneWaits'>;
  coolDowns: Pick<CoolDowns, 'any' | 'find'>;
  paused: Pick<Paused, 'of' | 'holds' | 'hosts' | 'renew'>;
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
  const { told, nextMs, moving, ...claimed } = await deps.db.transaction(async (tx) => {
    const { coolDowns, paused, room } = claimer;
    const crowded = room.crowded();
    // A line that can start nothing here is left alone: this loop would look at it again and again.
    const full = [...crowded, ...room.opening()];
    const lines = await lockDueLines(
      tx,
      full.map(({ projectId, origin }) => ({ projectId, key: origin })),
      linesAtOnce,
    );
    if (lines.length > 0) await paused.renew(tx);
    const gate = makeCoolGate(lines.filter((line) => line.kind === 'cooldown'));
    const limited = lines.filter((line) => line.concurrency !== null).map((line) => line.id);
    const looks = chooseCounts(lines, await countUnderWay(tx, limited), {
      ...{ room, gate, limit, paused },
      passed: coolDowns.any,
    });
    const searches = looks.filter(({ count }) => count > 0).map((look) => ({ ...look, lineId: look.line.id }));
    const found =
      searches.length === 0
        ? []
        : await lockFirstJobs(
            tx,
            searches.map(({ lineId, searched }) => ({ lineId, count: searched })),
            { crowded: crowdedUrls(crowded), paused: paused.hosts() },
          );
    const sifted = await siftCooling(tx, coolDowns, gate, looks, found);
    const work = await claimFound(tx, sifted.go, claimer);
    await updateLines(
      tx,
      updatesOf(looks, {
        found,
        work,
        sifted,
        gate,
        mayHavePassed: (line) =>
          crowded.length > 0 || paused.hosts().some(({ projectId }) => projectId === line.project_id),
      }),
    );
    await updateCoolDowns(tx, gate.updates(startsBy(work, sifted)));
    await markCooling(tx, sifted.blocked);
    const more = lines.length === linesAtOnce || sifted.go.length >= limit;
    if (lines.length === 0 && full.length === 0) room.noneWaits();
    const { moving } = sifted;
    const told = await tellStarted(tx, work, deps);
    await stillUnpaused(tx, paused, work);
    return { work, more, moving, told, nextMs: await nextWakeMs(tx) };
  });
  if (told) deps.notify('due');
  // The claim stands whatever comes of this. A job that is not moved is found again by the next look at its line.
  if (moving.size > 0)
    moveToCoolDowns(deps, moving).catch((err: unknown) => deps.log.warn({ err }, 'jobs were not moved to cool-downs'));
  if (nextMs !== null && nextMs < soonMs) claimer.wakeIn(Math.max(0, nextMs));
  return claimed;
}

/** A line with the number of its jobs that may start now, and of those to look for. */
type Look = { line: DueLine; flow: FlowState; count: number; searched: number; isShort: boolean };

type Choosing = { limit: number; passed: boolean; gate: CoolGate } & Pick<LineClaimer, 'room' | 'paused'>;

/**
 * Chooses how many jobs of each line to claim, at most `limit` in all. `isShort` marks a line that would let more go if
 * this worker had more slots.
 */
function chooseCounts(
  lines: DueLine[],
  underWay: ReadonlyMap<string, number>,
  { room, gate, limit, passed, paused }: Choosing,
): Look[] {
  let left = limit;
  return lines.map((line) => {
    const origin = line.kind === 'origin' ? line.key : line.kind === 'cooldown' ? coolOrigin(line) : null;
    const flow = flowOf(line, underWay.get(line.id) ?? 0, paused.holds(line, origin));
    const own = origin === null ? left : Math.min(left, room.left(line.project_id, origin));
    const isCooling = line.kind === 'cooldown' && !flow.isPaused;
    const count = isCooling ? gate.plan(line.id, own) : mayStart(flow, line.now_ms, own);
    left -= count;
    // Behind jobs that wait for a cool-down may be others that need not wait.
    const searched = passed && line.kind !== 'cooldown' ? count * passedOver : count;
    return { line, flow, count, searched, isShort: count === own };
  });
}

function flowOf(line: DueLine, underWay: number, isHeld: boolean): FlowState {
  const { rate_limit: limit, rate_period_ms: periodMs } = line;
  return {
    concurrency: line.concurrency,
    underWay,
    rate: limit === null || periodMs === null ? null : { limit, periodMs },
    isPaused: line.paused_at !== null || isHeld,
    nextStartAtMs: line.next_start_at_ms,
  };
}

function crowdedUrls(crowded: readonly { origin: string }[]): string[] {
  return crowded.map(({ origin }) => `${origin}/`);
}

/** Claims the jobs that fit into this worker's memory. The others stay in their lines. */
async function claimFound(tx: Tx, found: { id: string }[], { claim, bytes }: LineClaimer): Promise<ClaimedJob[]> {
  if (found.length === 0) return [];
  const candidates = await findCandidates(
    tx,
    found.map(({ id }) => id),
  );
  const fitting = candidates.slice(0, withinBytes(candidates, bytes));
  return claimJobs(
    tx,
    fitting.map(({ id }) => id),
    claim,
  );
}

/** What was found and done in one look at lines. */
type Looked = {
  found: FirstJob[];
  work: ClaimedJob[];
  sifted: Sifted;
  gate: CoolGate;
  /** Returns whether jobs of a flow's line may have been passed over. */
  mayHavePassed: (line: DueLine) => boolean;
};

function updatesOf(looks: Look[], { found, work, sifted, gate, mayHavePassed }: Looked): LineUpdate[] {
  const claimed = new Set(work.map(({ id }) => id));
  const byLine = Map.groupBy(found, (one) => one.line_id);
  const blocked = Map.groupBy(sifted.blocked, (one) => one.lineId);
  return looks.map((look) => {
    const { line } = look;
    const jobs = byLine.get(line.id) ?? [];
    const started = jobs.filter(({ id }) => claimed.has(id)).length;
    const isEmpty =
      look.count > 0 &&
      jobs.length < look.searched &&
      started === jobs.length &&
      !(line.kind === 'flow' && mayHavePassed(line));
    const coolIds = (blocked.get(line.id) ?? []).map(({ coolId }) => coolId);
    if (line.kind === 'cooldown') coolIds.push(line.id);
    const byCool = coolIds.length === 0 ? line.now_ms : Math.min(...coolIds.map((id) => gate.nextAt(id, line.now_ms)));
    const wakeAtMs = isEmpty ? null : nextLook(look, started, jobs.length, byCool);
    const nextStartAtMs = afterStarts(look.flow, line.now_ms, started);
    return { id: line.id, nextStartAtMs, wakeAtMs };
  });
}

/** Counts what was started, by cool-down. */
function startsBy(work: readonly ClaimedJob[], { coolIds }: Sifted): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of work) {
    const coolId = coolIds.get(id);
    if (coolId !== undefined) counts.set(coolId, (counts.get(coolId) ?? 0) + 1);
  }
  return counts;
}

/**
 * Returns when to look at a line that still has jobs, in epoch milliseconds; null: when it is resumed. `byCool` is when
 * a cool-down lets its next job start.
 */
function nextLook({ line, flow, count, isShort }: Look, started: number, found: number, byCool: number): number | null {
  const { now_ms: nowMs } = line;
  if (flow.isPaused) return line.paused_at === null ? nowMs + fullLookMs : null;
  if (flow.concurrency !== null && flow.underWay + started >= flow.concurrency) return nowMs + fullLookMs;
  const byRate = nextByRate({ rate: flow.rate, nextStartAtMs: afterStarts(flow, nowMs, started) }, nowMs);
  const soonest = Math.max(byRate, byCool);
  if (soonest > nowMs) return soonest;
  // Nothing stops the line but this worker's slots, its memory, or crowded origins: another worker may have room.
  return !isShort && found < count ? nowMs + crowdedLookMs : nowMs;
}
