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

/** Returns jobs of one project with request and result, in no particular order. */
export function findJobs(runner: Runner, projectId: string, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>('find_jobs', `${fullSql} where j.project_id = $1 and j.id = any($2::uuid[])`, [
    projectId,
    ids,
  ]);
}

/** Returns jobs of any project, for a worker that has claimed them or one of their deliveries. */
export function loadJobs(runner: Runner, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>('load_jobs', `${fullSql} where j.id = any($1::uuid[])`, [ids]);
}

/**
 * Returns jobs of any project to make events from. Result bodies above `upTo` bytes are not loaded, only their size,
 * because events leave them out. A result that its event must contain whole is stored nowhere, so it is never read
 * here.
 */
export function loadJobsForEvents(runner: Runner, ids: string[], upTo: number): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>(
    'load_jobs_for_events',
    `select ${jobColumns}, ${requestColumns}, ${resultColumnsUpTo('$2::int')}
     from job j join job_request q on q.job_id = j.id left join result r on r.job_id = j.id where j.id = any($1::uuid[])`,
    [ids, upTo],
  );
}

/** Returns the present states of jobs that clients wait for. */
export function findStates(db: Db, ids: string[]): Promise<{ id: string; state: string; attempt_count: number }[]> {
  return db.run(
    'find_states',
    `select j.id, ${jobState} as state, j.attempt_count from job j where j.id = any($1::uuid[])`,
    [ids],
  );
}

/** Returns jobs of one project with their requests, without results, to run them again. */
export function findRequests(runner: Runner, projectId: string, ids: string[]): Promise<FullJobRow[]> {
  return runner.run<FullJobRow>(
    'find_requests',
    `select ${jobColumns}, ${requestColumns}, ${noResult} from job j join job_request q on q.job_id = j.id
     where j.project_id = $1 and j.id = any($2::uuid[])`,
    [projectId, ids],
  );
}

/** Parts of a job's request that its row does not have: body and secrets, still sealed, and the call of a gateway. */
export type RequestSecretsRow = {
  job_id: string;
  body: Buffer | null;
  body_sealed: boolean | null;
  secrets: Buffer | null;
  callback_secrets: Buffer | null;
  model: string | null;
  asked: object | null;
  key_digest: Buffer | null;
};

/** Returns the parts that are still stored of each job to run again. */
export function findRequestSecrets(runner: Runner, jobIds: string[]): Promise<RequestSecretsRow[]> {
  return runner.run<RequestSecretsRow>(
    'find_request_secrets',
    `select j.id as job_id, b.bytes as body, b.sealed as body_sealed, s.sealed as secrets, s.callback_sealed as callback_secrets,
       c.model, c.asked, c.key_digest
     from unnest($1::uuid[]) as j(id) left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id
     left join model_call c on c.job_id = j.id`,
    [jobIds],
  );
}

/** Returns the size in bytes of each body that is kept. */
export async function findBodySizes(runner: Runner, jobIds: string[]): Promise<Map<string, number>> {
  const rows = await runner.run<{ job_id: string; size: number }>(
    'find_body_sizes',
    'select job_id, octet_length(bytes) as size from job_body where job_id = any($1::uuid[])',
    [jobIds],
  );
  return new Map(rows.map((row) => [row.job_id, row.size]));
}

/** Returns a job's labels; an empty list if the job is gone. */
export async function findLabels(tx: Tx, jobId: string): Promise<string[]> {
  const rows = await tx.run<{ labels: string[] }>('find_labels', 'select labels from job where id = $1', [jobId]);
  return rows[0]?.labels ?? [];
}

/** Returns the keys of the flows that jobs were submitted to; jobs without a flow are left out. */
export async function findFlowsOfJobs(db: Db, jobIds: string[]): Promise<Map<string, string>> {
  if (jobIds.length === 0) return new Map();
  const rows = await db.run<{ job_id: string; flow: string }>(
    'find_flows_of_jobs',
    `select job_id, options->>'flow' as flow from job_request
     where job_id = any($1::uuid[]) and options->>'flow' is not null`,
    [jobIds],
  );
  return new Map(rows.map((row) => [row.job_id, row.flow]));
}
