import type { Run } from '#src/contract/run/run-view.ts';
import { runLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Logs, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { toRun } from '#src/engine/run/to-run.ts';
import { noSuch, runUuid } from '#src/engine/show/known-id.ts';
import { findOpenRunJobs } from '#src/store/run/run-job-rows.ts';
import { endRuns, findRun, findUnreleasedRuns, lockRuns, releaseRun } from '#src/store/run/run-rows.ts';
import { cancelAll, tellCancelled } from './cancel.ts';

const batch = 100;

type CancelDeps = Reads & Links & Queues & Wakes & RoutesInside & Guards & Clock;

/**
 * Cancels a run that has not ended, and the jobs that it has open; returns it. An ended run is returned as it is. Throws
 * `not_found`.
 */
export async function cancelRun(deps: CancelDeps, projectId: string, id: string): Promise<Run> {
  const uuid = runUuid(id);
  const wasOpen = await deps.db.transaction(async (tx) => {
    const run = (await lockRuns(tx, [uuid])).find((one) => one.project_id === projectId);
    if (!run) throw noSuch('run', id);
    if (run.ended_at !== null) return false;
    await endRuns(tx, [{ id: uuid, state: 'cancelled', result: null, error: null }], runLimits.keptSeconds);
    return true;
  });
  // The run has ended, so nothing is added to it. Its jobs are locked before runs, hence in a transaction of their own.
  if (wasOpen) await cancelOpenJobs(deps, projectId, uuid);
  const row = await findRun(deps.db, projectId, uuid);
  if (!row) throw noSuch('run', id);
  return toRun(row);
}

/**
 * Cancels the jobs of cancelled runs where a process died in between. A run for which that fails is left for the next
 * call, and does not keep the others. Returns the number of runs.
 */
export async function finishCancelledRuns(deps: CancelDeps & Logs): Promise<number> {
  const runs = await findUnreleasedRuns(deps.db, batch);
  for (const run of runs) {
    await cancelOpenJobs(deps, run.project_id, run.id).catch((err: unknown) =>
      deps.log.warn({ err, runId: formatId('run', run.id) }, 'the jobs of a cancelled run could not be cancelled yet'),
    );
  }
  return runs.length;
}

async function cancelOpenJobs(deps: CancelDeps, projectId: string, runId: string): Promise<void> {
  for (;;) {
    const { cancelled, isLast } = await deps.db.transaction(async (tx) => {
      const jobIds = await findOpenRunJobs(tx, runId, batch);
      const { cancelled } = await cancelAll(tx, deps, { projectId, jobIds });
      const isLast = jobIds.length < batch;
      if (isLast) await releaseRun(tx, runId);
      return { cancelled, isLast };
    });
    tellCancelled(deps, cancelled);
    if (isLast) return;
  }
}
