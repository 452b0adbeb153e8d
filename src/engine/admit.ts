import { type Admitted, admitDue, admitLost } from '#src/store/admission.ts';
import { type QueueName, queueHorizonMs } from '#src/store/queue.ts';
import type { EngineDeps } from './deps.ts';

const batch = 1_000;

/** Makes messages for rows that come due soon, all of them in bounded batches. Answers in how many milliseconds to look at the queue. */
export async function admit(deps: EngineDeps, queue: QueueName): Promise<Set<number>> {
  const delays = new Set<number>();
  for (;;) {
    const rows = await admitBatch(deps, queue);
    if (rows.some((row) => row.delay_ms === 0)) deps.notify('due');
    for (const row of rows) delays.add(Math.ceil(row.delay_ms / 10) * 10);
    if (rows.length < batch) return delays;
  }
}

function admitBatch(deps: EngineDeps, queue: QueueName): Promise<Admitted[]> {
  return deps.db.transaction(async (tx) => {
    const rows = await admitDue(tx, queue, queueHorizonMs, batch);
    await deps.queue.insert(
      tx,
      queue,
      rows.map((row) => ({
        id: row.id,
        delayMs: row.delay_ms,
        ...(row.receiver === null ? {} : { receiver: row.receiver }),
      })),
    );
    return rows;
  });
}

/**
 * Makes messages anew for rows whose message is gone: a restored backup, a purge of the queue. One made needlessly, because
 * the queue is only slow, does no harm: it claims nothing.
 */
export async function readmitLost(deps: EngineDeps, queue: QueueName, afterSeconds: number): Promise<number> {
  const found = await deps.db.transaction(async (tx) => {
    const rows = await admitLost(tx, queue, afterSeconds, batch);
    await deps.queue.insert(
      tx,
      queue,
      rows.map((row) => ({ id: row.id, delayMs: 0, ...(row.receiver === null ? {} : { receiver: row.receiver }) })),
    );
    return rows.length;
  });
  if (found > 0) deps.notify('due');
  return found;
}
