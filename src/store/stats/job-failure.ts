import type { Db } from '#src/store/db/database.ts';
import { lookedAtOfKind } from './failure-groups.ts';

type Asked = { projectId: string; id: string; minutes: number };

/** How a job failed, and the jobs that failed in the same way in the last minutes, this one included. */
export type JobFailureRow = { failure: string | null; from_at: Date; count: number; looked: number };

export async function findJobFailure(db: Db, { projectId, id, minutes }: Asked): Promise<JobFailureRow | undefined> {
  const rows = await db.run<JobFailureRow>(
    'find_job_failure',
    `select j.failure, now() - make_interval(mins => $3) as from_at, like_it.* from job j cross join lateral (
       select count(*) filter (where ended_at >= now() - make_interval(mins => $3))::int as count, count(*)::int as looked
       from (select t.ended_at from job t
             where t.project_id = $1 and t.state = 'failed' and t.failure is not null and t.failure = j.failure
             order by t.id desc limit ${lookedAtOfKind}) as newest) as like_it
     where j.project_id = $1 and j.id = $2`,
    [projectId, id, minutes],
  );
  return rows[0];
}
