import type { Outcome } from '#src/domain/decide/outcome.ts';
import { limits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { settledRow, settlement } from '#src/engine/attempt/settlement.ts';
import { settleDelivery, storeSettledDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import type { Chance, Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import type { HeldJob } from '#src/store/job/held-job.ts';
import { countLost, lockDeliveriesOf, lockJobsOf, type Strays } from '#src/store/worker/lost-claims.ts';
import { findDeadWorkers, forgetWorker } from '#src/store/worker/workers.ts';
import { loadReceivers, type ReceiversByProject, type Stored, storeSettled, withRow } from './settle-jobs.ts';

const batch = 500;
const lost: Outcome = { kind: 'interrupted', by: 'worker_lost' };

/**
 * Takes from dead workers what they had claimed: each attempt ends as interrupted, and the policy says what follows.
 * `judgeSilence` only for a worker whose own heartbeats have been unbroken, or a pause of the database would look like
 * everybody's death and everything would run twice.
 */
export async function recover(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  options: { judgeSilence: boolean; worker: { id: string; name: string } },
): Promise<number> {
  let taken = 0;
  for (const id of await findDeadWorkers(deps.db, options.judgeSilence)) {
    if (id === options.worker.id) continue;
    const took = await takeBack(deps, { workerId: id, held: () => [], olderThanSeconds: 0 }, options.worker.name);
    await forgetWorker(deps.db, id);
    deps.log.warn({ worker: id, took }, 'took over from a dead worker');
    taken += took;
  }
  return taken;
}

const strayAfterSeconds = 15;

/**
 * Takes back what the database says this worker has claimed although it does not: a commit whose answer was lost leaves
 * such claims, and so does an attempt that could not be settled.
 */
export function takeBackStrays(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  worker: { id: string; name: string },
  held: () => string[],
): Promise<number> {
  return takeBack(deps, { workerId: worker.id, held, olderThanSeconds: strayAfterSeconds }, worker.name);
}

/** What a process that died under this worker's own id had claimed; called before the first claim. */
export function takeBackOwn(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  worker: { id: string; name: string },
): Promise<number> {
  return takeBack(deps, { workerId: worker.id, held: () => [], olderThanSeconds: 0 }, worker.name);
}

async function takeBack(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  strays: Strays,
  reporter: string,
): Promise<number> {
  let taken = 0;
  for (;;) {
    const n = (await recoverJobs(deps, strays, reporter)) + (await recoverDeliveries(deps, strays, reporter));
    taken += n;
    if (n === 0) break;
  }
  if (taken > 0) for (const signal of ['due', 'ended'] as const) deps.notify(signal);
  return taken;
}

function recoverJobs(
  deps: Reads & Links & Queues & Routes & Clock & Chance & Logs,
  strays: Strays,
  reporter: string,
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const jobs = await lockJobsOf(tx, strays, batch);
    const receivers = await loadReceivers(
      deps.receivers.inside(tx),
      jobs.map((job) => ({ job })),
    );
    const all = jobs.flatMap((job) => lostAttempt(job, receivers, reporter, deps));
    await storeSettled(tx, all, deps);
    return all.length;
  });
}

/** One that cannot be read, such as by a policy of a newer version, must not hold up the others: it stays for who can. */
function lostAttempt(
  job: HeldJob,
  receivers: ReceiversByProject,
  reporter: string,
  deps: Links & Clock & Chance & Logs,
): Stored[] {
  const endedAt = new Date(deps.now());
  try {
    const ended = { job, outcome: lost, startedAt: job.claimed_at ?? endedAt, endedAt, worker: reporter };
    const settled = settlement(ended, deps);
    if (settled.update.endedAt === null) return [{ settled, deliveries: [], row: null }];
    return [withRow(settled, settledRow(settled), receivers, null, deps)];
  } catch (error) {
    deps.log.error({ err: error, jobId: formatId('job', job.id) }, 'a job cannot be taken over');
    return [];
  }
}

function recoverDeliveries(
  deps: Reads & Links & Queues & Routes & Clock & Chance & Logs,
  strays: Strays,
  reporter: string,
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const deliveries = await lockDeliveriesOf(tx, strays, batch);
    const before = await countLost(
      tx,
      deliveries.filter((delivery) => delivery.interruption_count > 0).map(({ id }) => id),
    );
    const settled = deliveries.map((delivery) => {
      const endedAt = new Date(deps.now());
      return settleDelivery(
        {
          delivery,
          bytes: null,
          outcome: lost,
          egressDown: false,
          // One that failed so and was sent again may lose as many workers once more.
          lost: ((before.get(delivery.id) ?? 0) % limits.lostWorkers) + 1,
          startedAt: delivery.claimed_at ?? endedAt,
          endedAt,
          worker: reporter,
        },
        deps,
      );
    });
    await storeSettledDeliveries(tx, settled, deps);
    return settled.length;
  });
}
