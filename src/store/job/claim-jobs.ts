import { fitBudget } from '#src/domain/fit-budget.ts';
import { isDue, jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type HeldJob, heldColumns, heldTables } from './held-job.ts';

/**
 * A claim: its id, and the worker that holds it. The id is random, so a worker that is late cannot settle a claim of
 * another.
 */
export type Claim = { claimId: string; workerId: string };

/** A claimed job with the request body of its attempt, which is still sealed if `body_sealed` is true. */
export type ClaimedJob = HeldJob & { body: Buffer | null; body_sealed: boolean | null };

/**
 * Returns the ids whose request bodies fit the byte budget, in order. At least one is returned, because a body larger
 * than the budget would otherwise wait for ever. The size of a stored body is read from its header, without loading it.
 */
export async function withinBytes(tx: Tx, ids: string[], bytes: number): Promise<string[]> {
  const rows = await tx.run<{ job_id: string; size: number }>(
    'body_sizes',
    'select job_id, octet_length(bytes)::int as size from job_body where job_id = any($1::uuid[]) and octet_length(bytes) > 65536',
    [ids],
  );
  if (rows.length === 0) return ids;
  const sizes = new Map(rows.map((row) => [row.job_id, row.size]));
  return ids.slice(
    0,
    fitBudget(ids, bytes, (id) => sizes.get(id) ?? 0),
  );
}

const claimJobsSql = `
with due as (
  select id from job
  where id = any($1::uuid[]) and ${jobWaits()} and ${isDue()}
  order by id for update
), j as (
  update job set state = 'in_progress', wait_reason = null, claim_id = $2, claimed_by = $3, claimed_at = now(),
    attempt_count = attempt_count + 1, started_at = coalesce(started_at, now()), next_attempt_at = null, admitted_at = null
  from due where job.id = due.id
  returning job.*
)
select ${heldColumns}, b.bytes as body, b.sealed as body_sealed
from j ${heldTables}`;

/** Claims the given jobs that wait and are due, and returns them. */
export function claimJobs(tx: Tx, ids: string[], claim: Claim): Promise<ClaimedJob[]> {
  return tx.run<ClaimedJob>('claim_jobs', claimJobsSql, [ids, claim.claimId, claim.workerId]);
}
