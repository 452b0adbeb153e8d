import type { JobState } from '#src/domain/decide/job-state.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import { type JobRow, jobState, resultSize } from '#src/store/job/job-row.ts';

/** A job of a run, as far as the run's page shows it. */
export type RunJobRow = Pick<
  JobRow,
  'id' | 'run_id' | 'method' | 'url' | 'status' | 'attempt_count' | 'created_at' | 'started_at' | 'ended_at'
> & { state: JobState };

/** Returns the jobs of a run, in the order in which they were made. */
export function findRunJobs(db: Pick<Db, 'run'>, runId: string): Promise<RunJobRow[]> {
  return db.run<RunJobRow>(
    'find_run_jobs',
    `select j.id, j.run_id, ${jobState} as state, j.method, j.url, j.status, j.attempt_count, j.created_at, j.started_at, j.ended_at
     from job j where j.run_id = $1 order by j.id`,
    [runId],
  );
}

/** Returns the jobs of a run that have not ended. */
export async function findOpenRunJobs(tx: Tx, runId: string, limit: number): Promise<string[]> {
  const rows = await tx.run<{ id: string }>(
    'find_open_run_jobs',
    'select id from job where run_id = $1 and ended_at is null order by id limit $2',
    [runId, limit],
  );
  return rows.map((row) => row.id);
}

/** The request of a step, and the size of its response's body. */
export type StepRequestRow = { id: string; method: string; url: string; size: number };

/** Returns the requests of steps. The size of a body is read from its header, without loading it. */
export function findStepRequests(tx: Tx, jobIds: readonly string[]): Promise<StepRequestRow[]> {
  return tx.run<StepRequestRow>(
    'find_step_requests',
    `select j.id, j.method, j.url, coalesce(${resultSize}, 0)::int as size
     from job j left join result r on r.job_id = j.id where j.id = any($1::uuid[])`,
    [jobIds],
  );
}
