import type { Db, Tx } from '#src/store/db/database.ts';
import {
  type FullJobRow,
  jobColumns,
  jobState,
  noResult,
  requestColumns,
  resultColumns,
  resultColumnsUpTo,
} from './job-row.ts';

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

/**
 * The same to make events of: bodies above `upTo` bytes, which those leave out, are given by their size alone. A result that is
 * to be in its event whole is kept nowhere, and so never read back.
 */
export function loadJobsForEvents(runner: Runner, ids: string[], upTo: number): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>(
    'load_jobs_for_events',
    `select ${jobColumns}, ${requestColumns}, ${resultColumnsUpTo('$2::int')}
     from job j join job_request q on q.job_id = j.id left join result r on r.job_id = j.id where j.id = any($1::uuid[])`,
    [ids, upTo],
  );
}

/** Of the jobs that somebody waits for: where they stand now. */
export function findStates(db: Db, ids: string[]): Promise<{ id: string; state: string; attempt_count: number }[]> {
  return db.run(
    'find_states',
    `select j.id, ${jobState} as state, j.attempt_count from job j where j.id = any($1::uuid[])`,
    [ids],
  );
}

/** Jobs of one project with their requests, without results: to be run again. */
export function findRequests(runner: Runner, projectId: string, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>(
    'find_requests',
    `select ${jobColumns}, ${requestColumns}, ${noResult} from job j join job_request q on q.job_id = j.id
     where j.project_id = $1 and j.id = any($2::uuid[])`,
    [projectId, ids],
  );
}

/** What of a job's request is secret or large: body and secrets, still sealed. */
export type RequestSecretsRow = {
  job_id: string;
  body: Buffer | null;
  body_sealed: boolean | null;
  secrets: Buffer | null;
  callback_secrets: Buffer | null;
};

/** For each job that is to be run again, what is still there. */
export function findRequestSecrets(runner: Runner, jobIds: string[]): Promise<RequestSecretsRow[]> {
  return runner.run<RequestSecretsRow>(
    'find_request_secrets',
    `select j.id as job_id, b.bytes as body, b.sealed as body_sealed, s.sealed as secrets, s.callback_sealed as callback_secrets
     from unnest($1::uuid[]) as j(id) left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`,
    [jobIds],
  );
}

/** Bytes of the bodies that are kept. */
export async function findBodySizes(runner: Runner, jobIds: string[]): Promise<Map<string, number>> {
  const rows = await runner.run<{ job_id: string; size: number }>(
    'find_body_sizes',
    'select job_id, octet_length(bytes) as size from job_body where job_id = any($1::uuid[])',
    [jobIds],
  );
  return new Map(rows.map((row) => [row.job_id, row.size]));
}

/** A job's labels; none of one that is gone. */
export async function findLabels(tx: Tx, jobId: string): Promise<string[]> {
  const rows = await tx.run<{ labels: string[] }>('find_labels', 'select labels from job where id = $1', [jobId]);
  return rows[0]?.labels ?? [];
}
