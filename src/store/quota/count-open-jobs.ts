import type { Tx } from '#src/store/db/database.ts';
import { openJobs } from './quota-columns.ts';

/** Returns the number of a project's jobs that have not ended, at most `most`. */
export async function countOpenJobs(tx: Tx, projectId: string, most: number): Promise<number> {
  const rows = await tx.run<{ open: number }>('count_open_jobs', `select ${openJobs('$1', '$2')} as open`, [
    projectId,
    most,
  ]);
  return rows[0]?.open ?? 0;
}
