import { jobWaits } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';

/**
 * Finds the lines that hold jobs, one index lookup each, and wakes those that nobody would look at. Jobs whose line is
 * gone leave it, so that they get a message again. Returns the number of jobs and lines mended. Nothing of this happens
 * unless rows were changed by hand or restored from a backup.
 */
export async function repairLines(db: Db): Promise<number> {
  const rows = await db.run<{ mended: number }>(
    'repair_lines',
    `with recursive held as (
       (select line_id from job where line_id is not null order by line_id limit 1)
       union all
       select (select j.line_id from job j where j.line_id > held.line_id order by j.line_id limit 1)
       from held where held.line_id is not null
     ), woken as (
       update line set wake_at = now() from held
       where line.id = held.line_id and line.wake_at is null and line.paused_at is null
         and exists (select 1 from job j where j.line_id = line.id and ${jobWaits('j.')})
       returning line.id
     ), freed as (
       update job set line_id = null, wait_reason = null from held
       where job.line_id = held.line_id and not exists (select 1 from line l where l.id = held.line_id)
       returning job.id
     )
     select (select count(*) from woken)::int + (select count(*) from freed)::int as mended`,
  );
  return rows[0]?.mended ?? 0;
}
