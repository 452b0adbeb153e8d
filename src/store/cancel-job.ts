import { type FullJobRow, jobColumns, requestColumns, resultColumns } from './job-row.ts';
import type { Tx } from './pool.ts';

/** A job of the project with its request, locked. */
export async function lockJob(tx: Tx, projectId: string, jobId: string): Promise<FullJobRow | undefined> {
  const rows = await tx.run<FullJobRow>(
    'lock_job',
    `select ${jobColumns}, ${requestColumns}, ${resultColumns}
     from (select * from job where project_id = $1 and id = $2 for update) j
     join job_request q on q.job_id = j.id left join result r on r.job_id = j.id`,
    [projectId, jobId],
  );
  return rows[0];
}

/** From here on no claim settles this job. */
export async function clearClaim(tx: Tx, jobId: string, endedAt: Date, recent: string): Promise<void> {
  await tx.run(
    'cancel_job',
    `update job set state = 'cancelled', wait_reason = null, ended_at = $2, recent = $3, next_attempt_at = null, admitted_at = null,
       claim_id = null, claimed_by = null, claimed_at = null where id = $1`,
    [jobId, endedAt, recent],
  );
}

/** The sealed header values of a job's callback. */
export async function findCallbackSecrets(tx: Tx, jobId: string): Promise<Buffer | null> {
  const rows = await tx.run<{ callback_sealed: Buffer | null }>(
    'callback_secrets',
    'select callback_sealed from job_secret where job_id = $1',
    [jobId],
  );
  return rows[0]?.callback_sealed ?? null;
}
