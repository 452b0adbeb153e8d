import { uuidV7 } from '#src/domain/id.ts';
import { retainOnce } from '#src/store/retention.ts';
import type { EngineDeps } from './deps.ts';

const dayMs = 86_400_000;

/** Deletes what has outlived its retention, in small transactions, until nothing is left. */
export async function retain(deps: EngineDeps, jobRetentionDays: number): Promise<number> {
  const oldestKept = uuidV7(deps.now() - jobRetentionDays * dayMs, new Uint8Array(16));
  let total = 0;
  for (;;) {
    const gone = await retainOnce(deps.db, { jobRetentionDays, oldestKeptId: oldestKept });
    total += gone;
    if (gone === 0) return total;
  }
}
