import { lockOverdueJobs } from '#src/store/deadlines.ts';
import type { EngineDeps } from './deps.ts';
import { type Stored, storeSettled } from './settle.ts';
import { overdueSettlement, settledRow } from './settlement.ts';
import { terminalDelivery } from './terminal-delivery.ts';

const batch = 500;

/** Fails jobs whose deadline passed while they waited. Answers how many. */
export async function expireOverdue(deps: EngineDeps): Promise<number> {
  const expired = await deps.db.transaction(async (tx) => {
    const jobs = await lockOverdueJobs(tx, batch);
    const all = jobs.map((job): Stored => {
      const held = { ...job, body: job.body_sealed ? Buffer.alloc(0) : null };
      const settled = overdueSettlement(held, new Date(deps.now()));
      const row = settledRow(settled);
      const options = { callbackSealed: job.callback_secrets, claim: null, keepBytes: false };
      return { settled, delivery: terminalDelivery(row, options, deps), row };
    });
    await storeSettled(tx, all, deps);
    return all.length;
  });
  if (expired > 0) for (const signal of ['due', 'ended'] as const) deps.notify(signal);
  return expired;
}
