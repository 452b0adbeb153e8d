import { randomUUID } from 'node:crypto';
import { type Capacity, throughGate } from '#src/engine/deliver/gate.ts';
import type { Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { tellStarted } from '#src/engine/event/progress-delivery.ts';
import { claimDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { type ClaimedJob, claimJobs, withinBytes } from '#src/store/job/claim-jobs.ts';

/** Claimed work. `more` is true if the queue gave a full batch, so there may be more due work. */
export type Claimed<Work> = { work: Work[]; more: boolean };

/**
 * Takes due messages from the queue and claims their jobs, in one transaction. It also writes the `job.started` events
 * of first attempts. Jobs whose bodies do not fit into `bytes` get new messages.
 */
export async function claimDueJobs(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Logs,
  workerId: string,
  limit: number,
  bytes: number,
): Promise<Claimed<ClaimedJob>> {
  const { told, ...claimed } = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'fetch', limit);
    if (ids.length === 0) return { work: [], more: full, told: false };
    const fitting = await withinBytes(tx, ids, bytes);
    const rest = ids.slice(fitting.length);
    const again = rest.map((id) => ({ id, delayMs: 0 }));
    await deps.queue.insert(tx, 'fetch', again);
    const work = await claimJobs(tx, fitting, { claimId: randomUUID(), workerId });
    return { work, more: full && rest.length === 0, told: await tellStarted(tx, work, deps) };
  });
  if (told) deps.notify('due');
  return claimed;
}

/**
 * Takes due messages from the queue and claims the deliveries that the gate lets through. `wakeIn` is called with the
 * delay, in milliseconds, of each delivery that is held for a short time.
 */
export async function claimDueDeliveries(
  deps: Reads & Links & Queues,
  workerId: string,
  limit: number,
  capacity: Capacity,
  wakeIn: (delayMs: number) => void,
): Promise<Claimed<DeliveryRow>> {
  const claimed = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'deliver', limit);
    if (ids.length === 0) return { rows: [], wakeIn: [], more: full };
    const { go, wakeIn: later } = await throughGate(tx, deps, ids, capacity);
    const rows = go.length === 0 ? [] : await claimDeliveries(tx, go, { claimId: randomUUID(), workerId });
    return { rows, wakeIn: later, more: full };
  });
  for (const delayMs of claimed.wakeIn) wakeIn(delayMs);
  return { work: claimed.rows, more: claimed.more };
}
