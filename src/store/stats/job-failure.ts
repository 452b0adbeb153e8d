import type { Db } from '#src/store/db/database.ts';

type Asked = { projectId: string; id: string; minutes: number };

/** The host of a job, how the job failed, and the start of the last minutes. */
export type JobFailureRow = { host: string; failure: string | null; from_at: Date };

export async function findJobFailure(db: Db, { projectId, id, minutes }: Asked): Promise<JobFailureRow | undefined> {
  const rows = await db.run<JobFailureRow>(
    'find_job_failure',
    `select host, failure, now() - make_interval(mins => $3) as from_at from job where project_id = $1 and id = $2`,
    [projectId, id, minutes],
  );
  return rows[0];
}
