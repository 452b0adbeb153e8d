import type { JobError } from '#src/domain/decide/decision.ts';
import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';

/** New values of a job's row after one of its attempts has ended. */
export type JobUpdate = {
  id: string;
  state: 'completed' | 'failed' | 'cancelled' | 'retrying';
  interruptionCount: number;
  retries: Record<string, number> | null;
  recent: string;
  status: number | null;
  /** Error of a failed job; or of the attempt that has just ended, while the job goes on. */
  error: JobError | null;
  /** What a failed job has in common with others of its kind. */
  failure: string | null;
  endedAt: Date | null;
  resultExpiresAt: Date | null;
  /** Milliseconds until the next attempt, from the database's now; null at the end. */
  delayMs: number | null;
  /** True if a queue message for the next attempt is made in the same transaction. */
  admitted: boolean;
};

/**
 * Locks the jobs whose claims are still valid, in id order, and returns their ids. Later statements must use only
 * these.
 */
export async function lockClaimedJobs(tx: Tx, claims: { id: string; claimId: string }[]): Promise<Set<string>> {
  const rows = await tx.look<{ id: string }>(
    'lock_jobs',
    `select id from job where (id, claim_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by id for update`,
    [claims.map((claim) => claim.id), claims.map((claim) => claim.claimId)],
  );
  return new Set(rows.map((row) => row.id));
}

const updated = makeColumns<JobUpdate>({
  id: ['uuid', (update) => update.id],
  state: ['text', (update) => update.state],
  interruption_count: ['int', (update) => update.interruptionCount],
  retries: ['json', (update) => update.retries],
  recent: ['text', (update) => update.recent],
  status: ['int', (update) => update.status],
  error: ['json', (update) => update.error],
  failure: ['text', (update) => update.failure],
  ended_at: ['timestamptz', (update) => update.endedAt],
  result_expires_at: ['timestamptz', (update) => update.resultExpiresAt],
  delay_ms: ['bigint', (update) => (update.delayMs === null ? null : Math.ceil(update.delayMs))],
  admitted: ['bool', (update) => update.admitted],
});

const updateJobsSql = `
  update job set state = t.state, wait_reason = null, line_id = null, interruption_count = t.interruption_count, retries = t.retries::json, recent = t.recent,
    status = t.status, error = t.error::json, failure = t.failure, ended_at = t.ended_at, result_expires_at = t.result_expires_at,
    next_attempt_at = now() + t.delay_ms * interval '1 ms', admitted_at = case when t.admitted then now() end,
    claim_id = null, claimed_by = null, claimed_at = null
  from ${updated.from} where job.id = t.id`;

/** Writes the jobs' new states and clears their claims. */
export async function updateJobs(tx: Tx, updates: JobUpdate[]): Promise<void> {
  if (updates.length > 0) await tx.send('update_jobs', updateJobsSql, updated.values(updates));
}
