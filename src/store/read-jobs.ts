import { type FullJobRow, jobColumns, jobState, requestColumns, resultColumns } from './job-row.ts';
import type { Db, Tx } from './pool.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

const fullSql = `select ${jobColumns}, ${requestColumns}, ${resultColumns}
  from job j join job_request q on q.job_id = j.id left join result r on r.job_id = j.id`;

/** Jobs of one project with request and result, in no particular order. */
export function findJobs(runner: Runner, projectId: string, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>('find_jobs', `${fullSql} where j.project_id = $1 and j.id = any($2::uuid[])`, [
    projectId,
    ids,
  ]);
}

/** Jobs of any project: for the worker, which has claimed something of theirs. */
export function loadJobs(runner: Runner, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>('load_jobs', `${fullSql} where j.id = any($1::uuid[])`, [ids]);
}

/** Of the jobs that somebody waits for: where they stand now. */
export function findStates(db: Db, ids: string[]): Promise<{ id: string; state: string; attempt_count: number }[]> {
  return db.run(
    'find_states',
    `select j.id, ${jobState} as state, j.attempt_count from job j where j.id = any($1::uuid[])`,
    [ids],
  );
}

/** The request of a job that is to be run again: body and secrets still sealed. */
export async function findRequestSecrets(
  runner: Runner,
  jobId: string,
): Promise<
  | { body: Buffer | null; body_sealed: boolean | null; secrets: Buffer | null; callback_secrets: Buffer | null }
  | undefined
> {
  const rows = await runner.run<{
    body: Buffer | null;
    body_sealed: boolean | null;
    secrets: Buffer | null;
    callback_secrets: Buffer | null;
  }>(
    'find_request_secrets',
    `select b.bytes as body, b.sealed as body_sealed, s.sealed as secrets, s.callback_sealed as callback_secrets
     from (select $1::uuid as id) j left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`,
    [jobId],
  );
  return rows[0];
}
