import { progressEvents } from '#src/contract/event/event-names.ts';
import { endpointDeleted } from '#src/domain/decide/decision.ts';
import { lineRank, lineTimesFor } from '#src/domain/endpoint/line-order.ts';
import { type Clocks, type Gate, release } from '#src/domain/endpoint/release.ts';
import type { Links, Queues } from '#src/engine/deps.ts';
import { messageOf } from '#src/engine/event/delivery-message.ts';
import { keepBytes } from '#src/engine/event/keep-bytes.ts';
import type { Room } from '#src/engine/pump/room.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { Queue } from '#src/store/db/queue.ts';
import { queueHorizonMs } from '#src/store/db/queue.ts';
import {
  endUnsent,
  findGated,
  type GatedRow,
  type GateRow,
  holdDeliveries,
  lockGates,
  updateGate,
} from '#src/store/delivery/gate-rows.ts';
import { eraseDeliveries } from '#src/store/delivery/update-deliveries.ts';

/** Dependencies of the gate. */
export type GateDeps = Links & Queues;

/** Free capacity of a worker for deliveries: slots for each endpoint, and bytes. */
export type Capacity = {
  room: Room;
  bytes: number;
  /**
   * True if no large delivery is being sent. Then one may go even if it is larger than the whole budget, or it would
   * wait for ever.
   */
  noneLarge: boolean;
};

/** Deliveries that do not fit into memory are looked at again after 200 ms, 50 ms apart. */
const noMemoryMs = { first: 200, each: 50 };

/**
 * Returns the due deliveries that may be sent now (`go`). Deliveries to plain URLs may all go. Deliveries to an
 * endpoint may go as its state, rate and concurrency allow. Together they must fit into memory. The others get another
 * time in the same transaction, or join the endpoint's line. `wakeIn` holds the milliseconds after which to look at the
 * queue again.
 */
export async function throughGate(
  tx: Tx,
  deps: Links & Queues,
  ids: string[],
  { room, ...memory }: Capacity,
): Promise<{ go: string[]; wakeIn: number[] }> {
  const found = await findGated(tx, ids, progressEvents);
  if (found.length === 0) return { go: ids, wakeIn: [] };
  // Deliveries that do not fit into memory are taken out first, so that they use up no slot and no probe of their
  // endpoint.
  const tooMuch = beyondMemory(found, memory);
  const stopped = new Set(tooMuch.map(({ id }) => id));
  const later = tooMuch.map(({ id, granted, now_ms }, index) => ({
    ...{ id, granted },
    atMs: now_ms + noMemoryMs.first + index * noMemoryMs.each,
  }));
  const wakeIn = await giveTimes(tx, deps.queue, later);
  const gated = found.filter((row): row is GatedRow => row.endpoint_id !== null && !stopped.has(row.id));
  const byEndpoint = Map.groupBy(gated, (row) => row.endpoint_id);
  const gates = gated.length === 0 ? [] : await lockGates(tx, [...byEndpoint.keys()].sort());
  const known = new Set(gates.map(({ id }) => id));
  const orphans = gated.filter((row) => !known.has(row.endpoint_id)).map(({ id }) => id);
  await cancel(tx, orphans, stopped);
  for (const gate of gates) {
    const waiting = byEndpoint.get(gate.id) ?? [];
    const held = await applyGate(tx, gate, waiting, { room, stopped, deps });
    wakeIn.push(...(await giveTimes(tx, deps.queue, held)));
  }
  return { go: ids.filter((id) => !stopped.has(id)), wakeIn };
}

/** Returns the deliveries whose stored bytes no longer fit into memory. */
function beyondMemory<Row extends { bytes: number }>(rows: Row[], { bytes, noneLarge }: Omit<Capacity, 'room'>): Row[] {
  let left = bytes;
  let first = noneLarge;
  return rows.filter((row) => {
    if (row.bytes === 0) return false;
    if (row.bytes > left && !first) return true;
    first = false;
    left -= row.bytes;
    return false;
  });
}

/**
 * Gives deliveries another time, and makes messages for those that are due soon. Returns the delays of these in
 * milliseconds.
 */
export async function giveTimes(
  tx: Tx,
  queue: Queue,
  held: { id: string; atMs: number; granted: boolean }[],
): Promise<number[]> {
  const rows = await holdDeliveries(tx, held, queueHorizonMs);
  const due = rows.flatMap((row) => (row.delay_ms === null ? [] : [{ row, delayMs: row.delay_ms }]));
  await queue.insert(
    tx,
    'deliver',
    due.map(({ row, delayMs }) => messageOf(row, delayMs)),
  );
  return due.map(({ delayMs }) => delayMs);
}

/**
 * Returns the gate of an endpoint's row. `ownRoom` is the number of slots that this worker has for the endpoint. The
 * room is smaller if the endpoint's concurrency leaves less.
 */
export function gateOf(row: GateRow, ownRoom: number): Gate & { room: number } {
  const allowed = row.concurrency === null ? Number.POSITIVE_INFINITY : Math.max(0, row.concurrency - row.under_way);
  return {
    enabled: row.state === 'enabled',
    rate: row.rate,
    room: Math.min(allowed, ownRoom),
    pausedUntilMs: row.paused_until_ms,
    recoveredAtMs: row.recovered_at_ms,
    nextSlotAtMs: row.next_slot_at_ms,
    lastGoAtMs: row.last_go_at_ms,
  };
}

/** Cancels deliveries to a deleted endpoint, whether or not its row still exists, and adds them to `stopped`. */
async function cancel(tx: Tx, ids: string[], stopped: Set<string>): Promise<void> {
  await endUnsent(tx, ids, 'cancelled', endpointDeleted);
  await eraseDeliveries(
    tx,
    ids.map((id) => ({ id, keepBytes: false })),
  );
  for (const id of ids) stopped.add(id);
}

type Passing = { room: Room; stopped: Set<string>; deps: GateDeps };

async function applyGate(tx: Tx, row: GateRow, waiting: GatedRow[], { room, stopped, deps }: Passing) {
  if (row.deleted) {
    await cancel(
      tx,
      waiting.map(({ id }) => id),
      stopped,
    );
    return [];
  }
  const gate = gateOf(row, room.left(row.id));
  const result = release(gate, waiting, row.now_ms);
  await keepBytes(tx, result.skip, deps);
  await endUnsent(tx, result.skip, 'skipped');
  const full = result.go.length >= gate.room;
  if (full && result.line.length > 0 && gate.pausedUntilMs === null) room.turnAway(row.id);
  const lined = new Set(result.line);
  const inLine = placesInLine(
    row,
    waiting.filter(({ id }) => lined.has(id)),
  );
  for (const id of result.skip) stopped.add(id);
  for (const { id } of [...result.hold, ...inLine]) stopped.add(id);
  await writeClocks(tx, row.id, gate, result.gate);
  return [...result.hold, ...inLine].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Returns the timestamps at which deliveries wait in the endpoint's line. Each rank has its own timestamps. */
export function placesInLine(
  row: Pick<GateRow, 'id' | 'now_ms'>,
  waiting: readonly Pick<GatedRow, 'id' | 'yields' | 'again'>[],
): { id: string; atMs: number; granted: boolean }[] {
  const byRank = Map.groupBy(waiting, ({ yields, again }) =>
    yields ? lineRank.progress : again ? lineRank.again : lineRank.end,
  );
  return [...byRank].flatMap(([rank, some]) => {
    const times = lineTimesFor(row.id, row.now_ms, some.length, rank);
    return some.map(({ id }, index) => ({ id, atMs: times[index] as number, granted: false }));
  });
}

/** Writes the changed times of an endpoint's gate, if there are any. */
export async function writeClocks(tx: Tx, endpointId: string, before: Clocks, after: Clocks): Promise<void> {
  const changed = (Object.keys(after) as (keyof Clocks)[]).some((key) => before[key] !== after[key]);
  if (changed) await updateGate(tx, endpointId, after);
}
