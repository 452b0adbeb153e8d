import { setTimeout as pause } from 'node:timers/promises';
import { fetchFromLine } from '#src/domain/release.ts';
import { lineTimes } from '#src/domain/waiting-line.ts';
import { findLines, findOccupiedLines, lockFirstInLine, lockGates } from '#src/store/receivers.ts';
import type { EngineDeps } from './deps.ts';
import { gateOf, giveTimes, writeClocks } from './gate.ts';
import { makeRoom, type Room } from './room.ts';

const restMs = 20;
const thoroughEvery = 10;

type LineDeps = Pick<EngineDeps, 'db' | 'queue' | 'log'>;

/** What a worker does for the lines of endpoints. */
export type Lines = {
  room: Room;
  /** Fetches from all lines who may soon be sent: a probe that is due, what a rate, a recovery or the room allows. */
  move(): Promise<void>;
  stop(): Promise<void>;
};

/** `wakeIn`: some are due in so many milliseconds. */
export function makeLines(deps: LineDeps, slots: number, wakeIn: (delayMs: number) => void): Lines {
  const moving = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let stopped = false;
  let looks = 0;
  const room = makeRoom(slots, (endpointId) => void move(endpointId));

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
      const places = lines.flatMap(({ id, now_ms }) => lineTimes(id, now_ms).map((atMs) => ({ id, atMs })));
      for (const id of await findOccupiedLines(deps.db, places)) await move(id);
    },
    async stop() {
      stopped = true;
      await Promise.all(moving.values());
    },
  };
}

/** Fetches from one endpoint's line. Answers in how many milliseconds those that were fetched are due. */
function moveLine(deps: LineDeps, endpointId: string, room: Room): Promise<number[]> {
  return deps.db.transaction(async (tx) => {
    const [row] = await lockGates(tx, [endpointId]);
    if (!row || row.deleted) return [];
    const own = room.forFetching(endpointId);
    // A rate says by itself how many there will be room for, unless they take longer than that.
    const gate = gateOf(row, row.rate !== null && !room.isTight(endpointId) ? Number.POSITIVE_INFINITY : own);
    const { slots } = fetchFromLine(gate, row.now_ms);
    if (slots.length === 0) return [];
    const ids = await lockFirstInLine(tx, endpointId, lineTimes(endpointId, row.now_ms), slots.length);
    if (ids.length < slots.length) room.forget(endpointId);
    if (ids.length === 0) return [];
    // Only as many slots are taken as there are takers.
    const fetched = fetchFromLine({ ...gate, room: ids.length }, row.now_ms);
    await writeClocks(tx, endpointId, gate, fetched.gate);
    const given = ids.flatMap((id, index) => ({
      id,
      ...(fetched.slots[index] ?? { atMs: row.now_ms, granted: false }),
    }));
    return giveTimes(tx, deps.queue, given);
  });
}
