import type { Tx } from '#src/store/db/database.ts';
import { acceptedJobs, hasQuota, windowStart } from './quota-columns.ts';

/**
 * Makes the rows of those of the projects that have a quota and no row. What was accepted in this hour and day before is
 * read from the statistics; open jobs are counted at the first use. Returns the number of rows.
 */
export async function openQuotaUse(tx: Pick<Tx, 'run'>, projectIds: readonly string[]): Promise<number> {
  const rows = await tx.run(
    'open_quota_use',
    `insert into quota_use (project_id, hour_at, hour_jobs, day_at, day_jobs, open_jobs, open_counted_at)
     select p.id, ${windowStart('hour')}, ${acceptedJobs('p.id', 'hour')}, ${windowStart('day')}, ${acceptedJobs('p.id', 'day')},
            2147483647, 'epoch'
     from project p where p.id = any($1::uuid[]) and ${hasQuota}
       and not exists (select 1 from quota_use u where u.project_id = p.id)
     order by p.id on conflict do nothing returning project_id`,
    [projectIds],
  );
  return rows.length;
}
