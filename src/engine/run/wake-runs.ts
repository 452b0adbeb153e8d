import type { Reads, Wakes } from '#src/engine/deps.ts';
import { lockDueRuns } from '#src/store/run/run-rows.ts';
import { beginTurns, type TurnDeps } from './advance-runs.ts';

const batch = 100;

/** Begins the next turn of runs whose time has come, in batches of 100. Returns the number of runs. */
export async function wakeRuns(deps: Reads & Wakes & TurnDeps): Promise<number> {
  let total = 0;
  for (;;) {
    const woken = await deps.db.transaction(async (tx) => {
      const runs = await lockDueRuns(tx, batch);
      await beginTurns(tx, deps, runs);
      return runs.length;
    });
    if (woken > 0) deps.notify('due');
    total += woken;
    if (woken < batch) return total;
  }
}
