import { lockOverdueJobs } from '#src/store/deadlines.ts';
import type { EngineDeps } from './deps.ts';
import { loadReceivers, type Stored, storeSettled, withRow } from './settle.ts';
import { overdueSettlement, settledRow } from './settlement.ts';

const batch = 500;

/** Fails jobs whose deadline passed while they waited. Answers how many. */
export async function expireOverdue(deps: EngineDeps): Promise<number> {
  const expired = await deps.db.transaction(async (tx) => {
    const jobs = await lockOverdueJobs(tx, batch);
    const receivers = await loadReceivers(
      deps,
      jobs.map((job) => ({ job })),
    );
    const all = jobs.map((job): Stored => {
      const held = { ...job, body: job.body_sealed ? Buffer.alloc(0) : null };
      const settled = overdueSettlement(held, new Date(deps.now()));
      return withRow(settled, settledRow(settled), receivers, null, deps);
    });
    await storeSettled(tx, all, deps);
    return all.length;
  });
  if (expired > 0) for (const signal of ['due', 'ended'] as const) deps.notify(signal);
  return expired;
}
