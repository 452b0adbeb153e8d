import type { Tx } from '#src/store/db/database.ts';
import { type FullJobRow, jobColumns, noResult, requestColumns } from './job-row.ts';

/** Locks and returns jobs of the project with their requests, without results, in id order. */
export function lockJobs(tx: Tx, projectId: string, jobIds: string[]): Promise<FullJobRow[]> {
  return tx.run<FullJobRow>(
    'lock_jobs_to_cancel',
    `select ${jobColumns}, ${requestColumns}, ${noResult}
     from (select * from job where project_id = $1 and id = any($2::uuid[]) order by id for update) j
     join job_request q on q.job_id = j.id order by j.id`,
    [projectId, jobIds],
  );
}

/** Cancels the jobs and clears their claims. From then on no claim can settle them. */
export async function clearClaims(tx: Tx, jobs: { id: string; recent: string }[], endedAt: Date): Promise<void> {
  await tx.run(
    'cancel_jobs',
    `update job set state = 'cancelled', wait_reason = null, ended_at = $3, recent = t.recent, error = null,
       next_attempt_at = null, admitted_at = null, line_id = null, claim_id = null, claimed_by = null, claimed_at = null
     from unnest($1::uuid[], $2::text[]) as t(id, recent) where job.id = t.id`,
    [jobs.map((job) => job.id), jobs.map((job) => job.recent), endedAt],
  );
}

/** Returns the sealed header values of the jobs' callbacks. Jobs without any are left out. */
export async function findCallbackSecrets(tx: Tx, jobIds: string[]): Promise<Map<string, Buffer>> {
  const rows = await tx.run<{ job_id: string; callback_sealed: Buffer }>(
    'callback_secrets',
    'select job_id, callback_sealed from job_secret where job_id = any($1::uuid[]) and callback_sealed is not null',
    [jobIds],
  );
  return new Map(rows.map((row) => [row.job_id, row.callback_sealed]));
}
