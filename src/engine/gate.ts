import { progressEvents } from '#src/contract/limits.ts';
import { release, type Waiting } from '#src/domain/release.ts';
import type { Tx } from '#src/store/pool.ts';
import type { Queue } from '#src/store/queue.ts';
import { queueHorizonMs } from '#src/store/queue.ts';
import { endUnsent, findGated, type GateRow, holdDeliveries, lockGates, updateGate } from '#src/store/receivers.ts';

/**
 * Lets through those of the due deliveries that may be sent now: all to plain URLs, and to endpoints what their state, rate and
 * concurrency allow. The others get another time in the same transaction. Answers in how many milliseconds to look again.
 */
export async function throughGate(tx: Tx, queue: Queue, ids: string[]): Promise<{ go: string[]; wakeIn: number[] }> {
  const gated = await findGated(tx, ids, progressEvents);
  if (gated.length === 0) return { go: ids, wakeIn: [] };
  const byEndpoint = Map.groupBy(gated, (row) => row.endpoint_id);
  const stopped = new Set<string>();
  const wakeIn: number[] = [];
  const gates = await lockGates(tx, [...byEndpoint.keys()].sort());
  const known = new Set(gates.map(({ id }) => id));
  const orphans = gated.filter((row) => !known.has(row.endpoint_id)).map(({ id }) => id);
  await cancel(tx, orphans, stopped);
  for (const gate of gates) {
    const waiting = byEndpoint.get(gate.id) ?? [];
    const held = await applyGate(tx, gate, waiting, stopped);
    const due = (await holdDeliveries(tx, held, queueHorizonMs)).filter((row) => row.delay_ms !== null);
    await queue.insert(
      tx,
      'deliver',
      due.map((row) => ({ id: row.id, delayMs: row.delay_ms })),
    );
    wakeIn.push(...due.map((row) => row.delay_ms));
  }
  return { go: ids.filter((id) => !stopped.has(id)), wakeIn };
}

/** What is for an endpoint that was deleted is not sent, whether its row is still there or not. */
async function cancel(tx: Tx, ids: string[], stopped: Set<string>): Promise<void> {
  await endUnsent(tx, ids, 'cancelled');
  for (const id of ids) stopped.add(id);
}

async function applyGate(tx: Tx, gate: GateRow, waiting: Waiting[], stopped: Set<string>) {
  if (gate.deleted) {
    await cancel(
      tx,
      waiting.map(({ id }) => id),
      stopped,
    );
    return [];
  }
  const before = {
    pausedUntilMs: gate.paused_until_ms,
    recoveredAtMs: gate.recovered_at_ms,
    nextSlotAtMs: gate.next_slot_at_ms,
    lastGoAtMs: gate.last_go_at_ms,
  };
  const result = release(
    {
      ...before,
      enabled: gate.state === 'enabled',
      rate: gate.rate,
      room: gate.concurrency === null ? null : Math.max(0, gate.concurrency - gate.under_way),
    },
    waiting,
    gate.now_ms,
  );
  await endUnsent(tx, result.skip, 'skipped');
  for (const id of result.skip) stopped.add(id);
  for (const { id } of result.hold) stopped.add(id);
  const changed = (Object.keys(before) as (keyof typeof before)[]).some((key) => before[key] !== result.gate[key]);
  if (changed) await updateGate(tx, gate.id, result.gate);
  return result.hold.sort((a, b) => (a.id < b.id ? -1 : 1));
}
