import type { Db } from '#src/store/db/database.ts';
import { lookedAtOfKind } from './failure-groups.ts';

type Asked = { projectId: string; failure: string; from: Date };

/** Jobs of one kind of failure that ended since an instant, and how many of the newest of the kind were looked at. */
export type FailuresOfKind = { count: number; looked: number };

export async function countFailuresOfKind(db: Db, { projectId, failure, from }: Asked): Promise<FailuresOfKind> {
  const rows = await db.run<FailuresOfKind>(
    'count_failures_of_kind',
    `select count(*) filter (where ended_at >= $3)::int as count, count(*)::int as looked
     from (select t.ended_at from job t
           where t.project_id = $1 and t.state = 'failed' and t.failure is not null and t.failure = $2
           order by t.id desc limit ${lookedAtOfKind}) as newest`,
    [projectId, failure, from],
  );
  return rows[0] ?? { count: 0, looked: 0 };
}
