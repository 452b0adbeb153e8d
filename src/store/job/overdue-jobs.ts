import { jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type HeldJob, heldColumns, heldTables } from './held-job.ts';

/** Locks and returns waiting jobs whose deadline has passed, with everything that ending them needs. */
export function lockOverdueJobs(tx: Tx, limit: number): Promise<HeldJob[]> {
  return tx.run<HeldJob>(
    'lock_overdue',
    `with j as (
       select * from job where deadline_at <= now() and ${jobWaits()}
       order by id limit $1 for update skip locked)
     select ${heldColumns} from j ${heldTables}`,
    [limit],
  );
}
