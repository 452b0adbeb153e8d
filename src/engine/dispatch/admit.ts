import type { Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { messageOf } from '#src/engine/event/delivery-message.ts';
import { messageOfJob } from '#src/engine/pump/job-message.ts';
import { type Due, type QueueName, queueHorizonMs } from '#src/store/db/queue.ts';
import { type Admitted, admitDue, admitLost } from '#src/store/job/admission.ts';

const batch = 1_000;

/**
 * Makes messages for all rows that come due soon, in batches of 1,000. Returns the milliseconds after which to look at
 * the queue, rounded up to 10 ms.
 */
export async function admit(deps: Reads & Queues & Wakes, queue: QueueName): Promise<Set<number>> {
  const delays = new Set<number>();
  for (;;) {
    const rows = await admitBatch(deps, queue);
    if (rows.some((row) => row.delay_ms === 0)) deps.notify('due');
    for (const row of rows) delays.add(Math.ceil(row.delay_ms / 10) * 10);
    if (rows.length < batch) return delays;
  }
}

function dueOf(row: Admitted): Due {
  return row.type === null ? messageOfJob(row, row.delay_ms) : messageOf(row, row.delay_ms);
}

function admitBatch(deps: Reads & Queues, queue: QueueName): Promise<Admitted[]> {
  return deps.db.transaction(async (tx) => {
    const rows = await admitDue(tx, queue, queueHorizonMs, batch);
    await deps.queue.insert(tx, queue, rows.map(dueOf));
    return rows;
  });
}

/**
 * Makes new messages for rows whose message was lost, for example by a restored backup or a purge of the queue. A
 * needless message, made because the queue is only slow, does no harm: it claims nothing. Returns their number, at most
 * 1,000.
 */
export async function readmitLost(
  deps: Reads & Queues & Wakes,
  queue: QueueName,
  afterSeconds: number,
): Promise<number> {
  const found = await deps.db.transaction(async (tx) => {
    const rows = await admitLost(tx, queue, afterSeconds, batch);
    await deps.queue.insert(tx, queue, rows.map(dueOf));
    return rows.length;
  });
  if (found > 0) deps.notify('due');
  return found;
}
