import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import type { CoolDowns } from '#src/engine/cool/cool-downs.ts';
import { type Capacity, throughGate } from '#src/engine/deliver/gate.ts';
import type { Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { tellStarted } from '#src/engine/event/progress-delivery.ts';
import { messageOfJob } from '#src/engine/pump/job-message.ts';
import type { JobRoom, Sorted } from '#src/engine/pump/job-room.ts';
import type { Tx } from '#src/store/db/database.ts';
import { claimDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import {
  type Candidate,
  type Claim,
  type ClaimedJob,
  claimJobs,
  findCandidates,
  withinBytes,
} from '#src/store/job/claim-jobs.ts';
import type { CoolName } from '#src/store/line/cool-down-rows.ts';
import { findLines, type Joining, joinLines, openLines } from '#src/store/line/join-lines.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { type Pause, pauseLineOf } from '#src/store/line/pause-rows.ts';
import { type Paused, stillUnpaused } from './paused.ts';

/** Claimed work. `more` is true if the queue gave a full batch, so there may be more due work. */
export type Claimed<Work> = { work: Work[]; more: boolean };

/** What a worker claims jobs for: a new claim, the bytes that it has left for bodies, its slots, cool-downs and pauses. */
export type Claimer = {
  claim: Claim;
  bytes: number;
  room: Pick<JobRoom, 'sort'>;
  coolDowns: Pick<CoolDowns, 'find'>;
  paused: Pick<Paused, 'of' | 'renew'>;
};

/**
 * Takes due messages from the queue and claims their jobs, in one transaction. It also writes the `job.started` events
 * of first attempts. A job with a flow joins the flow's line, a job whose project or host is paused that of the pause, a job
 * whose target asked for one that of the cool-down, and a job to which others leave no slot that of its origin. Jobs whose bodies do not fit into `bytes` get new messages.
 */
export async function claimDueJobs(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Logs,
  { claim, bytes, room, coolDowns, paused }: Claimer,
  limit: number,
): Promise<Claimed<ClaimedJob>> {
  const { signals, ...claimed } = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'fetch', limit);
    if (ids.length === 0) return { work: [], more: full, signals: [] };
    const candidates = await findCandidates(tx, ids);
    // The statement before may have waited for rows that somebody held.
    await paused.renew(tx);
    const [single, flowing] = partition(candidates, (job) => job.flow_id === null);
    const [free, held] = partition(single, (job) => paused.of(job) === null);
    const cooling = await coolDowns.find(tx, free);
    const { go, wait, back } = room.sort(cooling.size === 0 ? free : free.filter(({ id }) => !cooling.has(id)));
    const fitting = withinBytes(go, bytes);
    await deps.queue.insert(
      tx,
      'fetch',
      [...go.slice(fitting), ...back].map((job) => messageOfJob(job, 0)),
    );
    await toLines(tx, { flowing, wait, cooling, held: held.map((job) => ({ job, pause: paused.of(job) })) });
    const work = await claimJobs(
      tx,
      go.slice(0, fitting).map(({ id }) => id),
      claim,
    );
    const told = await tellStarted(tx, work, deps);
    await stillUnpaused(tx, paused, work);
    const signals = [...(told ? (['due'] as const) : []), ...(flowing.length > 0 ? (['line'] as const) : [])];
    return { work, more: full && fitting === go.length && back.length === 0, signals };
  });
  for (const signal of signals) deps.notify(signal);
  return claimed;
}

/**
 * Moves jobs from the lines of their origins to those of their cool-downs, in a transaction of its own: it locks the
 * jobs before the lines, as the claim of due jobs does.
 */
export function moveToCoolDowns(deps: Reads, cooling: ReadonlyMap<string, CoolName>): Promise<void> {
  return deps.db.transaction(async (tx) => {
    const still = await findCandidates(tx, [...cooling.keys()]);
    const ids = new Set(still.map(({ id }) => id));
    await toLines(tx, { cooling: new Map([...cooling].filter(([id]) => ids.has(id))) });
  });
}

function partition<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

type ToLines = {
  flowing?: readonly Candidate[];
  wait?: Sorted<Candidate>['wait'];
  cooling: ReadonlyMap<string, CoolName>;
  held?: readonly { job: Candidate; pause: Pause | null }[];
};

/**
 * Puts jobs into the lines of their flows, of their origins, of cool-downs, and of pauses. All lines are locked by one statement, in the order of
 * their ids.
 */
async function toLines(tx: Tx, { flowing = [], wait = [], cooling, held = [] }: ToLines): Promise<void> {
  const flows = await findLines(tx, [...new Set(flowing.flatMap((job) => job.flow_id ?? []))]);
  const lines = new Map(flows.map((line) => [line.id, line]));
  const joining: Joining[] = flowing.map((job) => ({ id: job.id, lineId: job.flow_id ?? '', waitReason: 'flow' }));
  for (const { job, reason } of wait) {
    const name = { projectId: job.project_id, kind: 'origin' as const, key: urlOrigin(job.url) };
    const id = lineIdOf(name);
    lines.set(id, { ...name, id, concurrency: null, rate: null });
    joining.push({ id: job.id, lineId: id, waitReason: reason });
  }
  for (const [id, name] of cooling) {
    lines.set(name.id, { ...name, concurrency: null, rate: null });
    joining.push({ id, lineId: name.id, waitReason: 'cooldown' });
  }
  for (const { job, pause } of held) {
    if (pause === null) continue;
    const line = pauseLineOf(pause);
    lines.set(line.id, { ...line, concurrency: null, rate: null });
    joining.push({ id: job.id, lineId: line.id, waitReason: 'paused' });
  }
  await joinLines(tx, joining);
  await openLines(tx, [...lines.values()]);
}

/**
 * Takes due messages from the queue and claims the deliveries that the gate lets through. `wakeIn` is called with the
 * delay, in milliseconds, of each delivery that is held for a short time.
 */
export async function claimDueDeliveries(
  deps: Reads & Links & Queues,
  claim: Claim,
  limit: number,
  capacity: Capacity,
  wakeIn: (delayMs: number) => void,
): Promise<Claimed<DeliveryRow>> {
  const claimed = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'deliver', limit);
    if (ids.length === 0) return { rows: [], wakeIn: [], more: full };
    const { go, wakeIn: later } = await throughGate(tx, deps, ids, capacity);
    const rows = go.length === 0 ? [] : await claimDeliveries(tx, go, claim);
    return { rows, wakeIn: later, more: full };
  });
  for (const delayMs of claimed.wakeIn) wakeIn(delayMs);
  return { work: claimed.rows, more: claimed.more };
}
