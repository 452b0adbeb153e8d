import type { Outcome } from '#src/domain/decide/outcome.ts';
import { limits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { settledRow, settlement } from '#src/engine/attempt/settlement.ts';
import { settleDelivery, storeSettledDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import type { Chance, Clock, Guards, Links, Logs, Paces, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import type { HeldJob } from '#src/store/job/held-job.ts';
import { countLost, lockDeliveriesOf, lockJobsOf, type Strays } from '#src/store/worker/lost-claims.ts';
import { findDeadWorkers, forgetWorker } from '#src/store/worker/workers.ts';
import { loadReceivers, type ReceiversByProject, type Stored, storeSettled, withRow } from './settle-jobs.ts';

const batch = 500;
const lost: Outcome = { kind: 'interrupted', by: 'worker_lost' };

/**
 * Takes over the jobs and deliveries that dead workers had claimed. Each attempt ends as interrupted, and the policy
 * decides what follows. Set `judgeSilence` only if this worker's own heartbeats are unbroken: otherwise a pause of the
 * database would make all workers look dead, and every request would be sent twice. A worker that cannot be taken over is
 * left for the next call, and does not keep the others. Returns the number of jobs and deliveries taken over.
 */
export async function recover(
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Paces & Logs,
  options: { judgeSilence: boolean; worker: { id: string; name: string }; stopped: () => boolean },
): Promise<number> {
  let taken = 0;
  const { silentAfterSeconds } = deps.pace;
  for (const id of await findDeadWorkers(deps.db, { judgeSilence: options.judgeSilence, silentAfterSeconds })) {
    if (options.stopped()) break;
    if (id === options.worker.id) continue;
    try {
      const took = await takeBack(deps, { workerId: id, held: () => [], olderThanSeconds: 0 }, options.worker.name);
      await forgetWorker(deps.db, id);
      deps.log.warn({ worker: id, took }, 'took over the jobs and deliveries of a dead worker');
      taken += took;
    } catch (err) {
      deps.log.warn({ err, worker: id }, 'a dead worker could not be taken over yet');
    }
  }
  return taken;
}

/**
 * Takes back jobs and deliveries that the database shows as claimed by this worker for at least the pace's
 * `strayAfterSeconds` although it does not hold them. This happens if the answer to a commit was lost, or if an attempt
 * could not be settled. Returns their number.
 */
export function takeBackStrays(
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Paces & Logs,
  worker: { id: string; name: string },
  held: () => string[],
): Promise<number> {
  return takeBack(deps, { workerId: worker.id, held, olderThanSeconds: deps.pace.strayAfterSeconds }, worker.name);
}

/**
 * Takes back jobs and deliveries that an earlier process with this worker's id had claimed. Call it before the first
 * claim. Returns their number.
 */
export function takeBackOwn(
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Paces & Logs,
  worker: { id: string; name: string },
): Promise<number> {
  return takeBack(deps, { workerId: worker.id, held: () => [], olderThanSeconds: 0 }, worker.name);
}

async function takeBack(
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Paces & Logs,
  strays: Strays,
  reporter: string,
): Promise<number> {
  let taken = 0;
  for (;;) {
    const n = (await recoverJobs(deps, strays, reporter)) + (await recoverDeliveries(deps, strays, reporter));
    taken += n;
    if (n === 0) break;
  }
  if (taken > 0) for (const signal of ['due', 'ended', 'line'] as const) deps.notify(signal);
  return taken;
}

function recoverJobs(
  deps: Reads & Links & Queues & Routes & Guards & Clock & Chance & Paces & Logs,
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

/**
 * Returns the settlement of a job whose worker was lost. A job that this version cannot read (a newer policy) is
 * skipped, so that it does not stop the others; a newer worker will take it over.
 */
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
  deps: Reads & Links & Queues & Routes & Guards & Clock & Chance & Paces & Logs,
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
          // After a resend the count of lost workers starts anew, hence the modulo.
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
