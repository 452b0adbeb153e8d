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

/** What a worker does for the lines of endpoints. */
export type Lines = {
  room: Room;
  /** Fetches from all lines who may soon be sent: a probe that is due, what a rate, a recovery or the room allows. */
  move(): Promise<void>;
  stop(): Promise<void>;
};

/** `wakeIn`: some are due in so many milliseconds. */
export function makeLines(deps: Reads & Queues & Logs, underWay: UnderWay, wakeIn: (delayMs: number) => void): Lines {
  const moving = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let stopped = false;
  let looks = 0;
  const room = makeRoom(underWay, (endpointId) => void move(endpointId));

  /** One move of a line at a time; what comes up meanwhile is looked at after it. */
  const move = (endpointId: string): Promise<void> => {
    const running = moving.get(endpointId);
    if (running) again.add(endpointId);
    if (running || stopped) return running ?? Promise.resolve();
    const run = fetchFrom(endpointId).finally(async () => {
      // Those that were fetched are on their way before more are.
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
      // Whoever waits is found again by the next look at all lines.
      deps.log.warn({ err: error }, 'fetching from the line of an endpoint failed');
    }
  };

  return {
    room,
    async move() {
      // Most lines give themselves away; one that a worker left behind when it stopped does not.
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

/** Fetches from one endpoint's line. Answers in how many milliseconds those that were fetched are due. */
function moveLine(deps: Reads & Queues, endpointId: string, room: Room): Promise<number[]> {
  return deps.db.transaction(async (tx) => {
    const [row] = await lockGates(tx, [endpointId]);
    if (!row || row.deleted) return [];
    const own = room.toPull(endpointId);
    // A rate says by itself how many there will be room for, unless they take longer than that.
    const gate = gateOf(row, row.rate !== null && !room.isTight(endpointId) ? Number.POSITIVE_INFINITY : own);
    const given: { id: string; atMs: number; granted: boolean }[] = [];
    let after = gate;
    let full = false;
    // One rank only when nobody of the one before is left: no event of progress may be what an end waits for.
    for (const rank of Object.values(lineRank)) {
      const fetched = await fetchRank(tx, row, after, rank);
      given.push(...fetched.given);
      after = { ...after, ...fetched.gate, room: after.room - fetched.given.length };
      full = fetched.full;
      if (full) break;
    }
    if (!full) room.forget(endpointId);
    await writeClocks(tx, endpointId, gate, clocksOf(after));
    return giveTimes(tx, deps.queue, given);
  });
}

/** Those of a rank that may go from the line, each with its time; `full`: as many as may, so that there may be more. */
async function fetchRank(tx: Tx, row: GateRow, gate: Gate, rank: LineRank) {
  const yielding = rank === lineRank.progress;
  const { slots } = fetchFromLine(gate, row.now_ms, yielding);
  const times = lineTimes(row.id, row.now_ms, rank);
  const ids = slots.length === 0 ? [] : await lockFirstInLine(tx, row.id, times, slots.length);
  // Only as many slots are taken as there are takers.
  const after =
    ids.length === 0 ? clocksOf(gate) : fetchFromLine({ ...gate, room: ids.length }, row.now_ms, yielding).gate;
  const given = ids.flatMap((id, index) => {
    const slot = slots[index];
    return slot ? [{ id, ...slot }] : [];
  });
  return { given, full: ids.length === slots.length, gate: after };
}
