import { overdueSettlement, settledRow } from '#src/engine/attempt/settlement.ts';
import type { Clock, Guards, Links, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { lockOverdueJobs } from '#src/store/job/overdue-jobs.ts';
import { loadReceivers, type Stored, storeSettled, withRow } from './settle-jobs.ts';

const batch = 500;

/** Fails jobs whose deadline passed while they waited, at most 500 at once. Returns their number. */
export async function expireOverdue(deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock): Promise<number> {
  const expired = await deps.db.transaction(async (tx) => {
    const jobs = await lockOverdueJobs(tx, batch);
    const receivers = await loadReceivers(
      deps.receivers.inside(tx),
      jobs.map((job) => ({ job })),
    );
    const all = jobs.map((job): Stored => {
      const settled = overdueSettlement(job, new Date(deps.now()));
      return withRow(settled, settledRow(settled), receivers, null, deps);
    });
    await storeSettled(tx, all, deps);
    return all.length;
  });
  if (expired > 0) for (const signal of ['due', 'ended', 'line'] as const) deps.notify(signal);
  return expired;
}
