import type { Clock, Guards, Links, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { type CancelledJob, cancelAll, tellCancelled } from '#src/engine/settle/cancel.ts';
import type { Tx } from '#src/store/db/database.ts';
import { findUnawaited, forgetRequests, takeUnawaited } from '#src/store/job/awaited-calls.ts';

type GiveUpDeps = Reads & Links & Queues & Wakes & RoutesInside & Guards & Clock;

const batch = 500;

/**
 * Makes the function that cancels calls in the foreground for whose answer nobody waits any more. A call is given up when
 * two looks have found it so: after an outage of the database, the processes whose connections are open get the time
 * between them to say that they are there.
 */
export function makeGiveUpCalls(deps: GiveUpDeps): () => Promise<void> {
  let seen = new Set<string>();
  return async () => {
    const before = seen;
    const now = await findUnawaited(deps.db, batch);
    seen = new Set(now);
    const left = now.filter((id) => before.has(id));
    if (left.length === 0) return;
    const cancelled = await deps.db.transaction((tx) => giveUp(tx, deps, left));
    tellCancelled(deps, cancelled);
  };
}

/** Cancels the calls that have not ended. A repetition of one that has ended gets its answer. */
async function giveUp(tx: Tx, deps: GiveUpDeps, jobIds: readonly string[]): Promise<CancelledJob[]> {
  const byProject = Map.groupBy(await takeUnawaited(tx, jobIds), ({ projectId }) => projectId);
  const all: CancelledJob[] = [];
  for (const [projectId, calls] of byProject) {
    const { cancelled } = await cancelAll(tx, deps, { projectId, jobIds: calls.map(({ jobId }) => jobId) });
    all.push(...cancelled);
  }
  const ids = all.map(({ after }) => after.id);
  if (ids.length > 0) await forgetRequests(tx, ids);
  return all;
}
