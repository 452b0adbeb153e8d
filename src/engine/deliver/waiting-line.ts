import { setTimeout as pause } from 'node:timers/promises';
import { type LineRank, lineRank, lineTimes, ranksMs } from '#src/domain/endpoint/line-order.ts';
import { clocksOf, fetchFromLine, type Gate } from '#src/domain/endpoint/release.ts';
import type { Logs, Queues, Reads } from '#src/engine/deps.ts';
import { makeRoom, type Room } from '#src/engine/pump/room.ts';
import type { UnderWay } from '#src/engine/pump/under-way.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type GateRow, lockGates } from '#src/store/delivery/gate-rows.ts';
import { findLines, findOccupiedLines, lockFirstInLine } from '#src/store/delivery/line-rows.ts';
import { gateOf, giveTimes, writeClocks } from './gate.ts';

const restMs = 20;
const thoroughEvery = 10;

/** The part of a worker that moves deliveries out of the endpoints' lines. */
export type Lines = {
  room: Room;
  /**
   * Fetches from all lines the deliveries that may soon be sent: a probe that is due, and as many as the rate, a
   * recovery and the free slots allow.
   */
  move(): Promise<void>;
  stop(): Promise<void>;
};

/** Makes the lines of a worker. `wakeIn` is called with the milliseconds after which fetched deliveries are due. */
export function makeLines(deps: Reads & Queues & Logs, underWay: UnderWay, wakeIn: (delayMs: number) => void): Lines {
  const moving = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let stopped = false;
  let looks = 0;
  const room = makeRoom(underWay, (endpointId) => void move(endpointId));

  /** Moves one endpoint's line. Only one move of a line runs at a time. A move asked for meanwhile follows after it. */
  const move = (endpointId: string): Promise<void> => {
    const running = moving.get(endpointId);
    if (running) again.add(endpointId);
    if (running || stopped) return running ?? Promise.resolve();
    const run = fetchFrom(endpointId).finally(async () => {
      // The pause lets the fetched deliveries start before more are fetched.
      await pause(restMs);
      moving.delete(endpointId);
      if (again.delete(endpointId)) void move(endpointId);
    });
    moving.set(endpointId, run);
    return run;
  };
  const fetchFrom = async (endpointId: string) => {
    try {
      for (const delayMs of await moveLine(deps, endpointId, room)) wakeIn(delayMs);
    } catch (error) {
      // Deliveries left in the line are found by the next look at all lines.
      deps.log.warn({ err: error }, 'fetching from the line of an endpoint failed');
    }
  };

  return {
    room,
    async move() {
      // The cheap query finds only endpoints with a visible reason, such as a due probe, a limit or a recent recovery.
      // Every tenth time all endpoints that are not paused are looked at: a worker that stopped may have left
      // deliveries in any line.
      const lines = await findLines(deps.db, looks++ % thoroughEvery === 0);
      const places = lines.flatMap(({ id, now_ms }) =>
        lineTimes(id, now_ms, lineRank.end).map((atMs) => ({ id, atMs })),
      );
      for (const id of await findOccupiedLines(deps.db, places, ranksMs)) await move(id);
    },
    async stop() {
      stopped = true;
      await Promise.all(moving.values());
    },
  };
}

/** Fetches deliveries from one endpoint's line. Returns the milliseconds after which they are due. */
function moveLine(deps: Reads & Queues, endpointId: string, room: Room): Promise<number[]> {
  return deps.db.transaction(async (tx) => {
    const [row] = await lockGates(tx, [endpointId]);
    if (!row || row.deleted) return [];
    const own = room.toPull(endpointId);
    // With a rate limit the number of free slots need not be looked at, unless this endpoint was out of slots lately.
    const gate = gateOf(row, row.rate !== null && !room.isTight(endpointId) ? Number.POSITIVE_INFINITY : own);
    const given: { id: string; atMs: number; granted: boolean }[] = [];
    let after = gate;
    let full = false;
    // The ranks are fetched in order: deliveries of `job.started` and `job.attempt_failed` are fetched only when no end
    // of a job waits.
    for (const rank of Object.values(lineRank)) {
      const fetched = await fetchRank(tx, row, after, rank);
      given.push(...fetched.given);
      after = { ...after, ...fetched.gate, room: after.room - fetched.given.length };
      full = fetched.full;
      if (full) break;
    }
    if (!full) room.forget(endpointId);
    else if (isFilled(row, after, given.length)) room.turnAway(endpointId);
    await writeClocks(tx, endpointId, gate, clocksOf(after));
    return giveTimes(tx, deps.queue, given);
  });
}

/**
 * Returns true if the line goes on only when a delivery to the endpoint ends: all its slots are used, or a probe was
 * fetched. A worker that never turned a delivery away must fetch then too, or the line would wait for the next look at
 * all lines. After a probe a rate gives the times, without an end.
 */
function isFilled(row: GateRow, { enabled, pausedUntilMs, room }: Gate & { room: number }, given: number): boolean {
  if (!enabled) return false;
  return pausedUntilMs === null ? room <= 0 : row.rate === null && given > 0;
}

/**
 * Fetches the deliveries of a rank that may go, each with its time. `full` is true if all slots were used, so there may
 * be more deliveries.
 */
async function fetchRank(tx: Tx, row: GateRow, gate: Gate, rank: LineRank) {
  const yielding = rank === lineRank.progress;
  const { slots } = fetchFromLine(gate, row.now_ms, yielding);
  const times = lineTimes(row.id, row.now_ms, rank);
  const ids = slots.length === 0 ? [] : await lockFirstInLine(tx, row.id, times, slots.length);
  // Only as many slots are taken from the gate as there are deliveries.
  const after =
    ids.length === 0 ? clocksOf(gate) : fetchFromLine({ ...gate, room: ids.length }, row.now_ms, yielding).gate;
  const given = ids.flatMap((id, index) => {
    const slot = slots[index];
    return slot ? [{ id, ...slot }] : [];
  });
  return { given, full: ids.length === slots.length, gate: after };
}
