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

/** A job that could be claimed, with what decides whether it is. */
export type Candidate = {
  id: string;
  project_id: string;
  url: string;
  priority: number;
  flow_id: string | null;
  /** Bytes of the stored request body; 0 up to 64 KiB, because the slots limit the number of small ones. */
  bytes: number;
};

/**
 * Locks and returns those of the jobs that wait and are due, in the order of their ids. The size of a stored body is
 * read from its header, without loading it.
 */
export function findCandidates(tx: Tx, ids: string[]): Promise<Candidate[]> {
  return tx.run<Candidate>(
    'find_candidates',
    `select j.id, j.project_id, j.url, j.priority, j.flow_id,
       coalesce((select octet_length(b.bytes)::int from job_body b where b.job_id = j.id and octet_length(b.bytes) > 65536), 0) as bytes
     from job j where j.id = any($1::uuid[]) and ${jobWaits('j.')} and ${isDue('j.')} order by j.id for update of j`,
    [ids],
  );
}

/**
 * Returns how many of the jobs fit the byte budget, in order. It is at least 1, because a body larger than the budget
 * would otherwise wait for ever.
 */
export function withinBytes(jobs: readonly Candidate[], bytes: number): number {
  return fitBudget(jobs, bytes, (job) => job.bytes);
}

/** Reads the claimed jobs `j`, with everything that their attempts need. */
const selectClaimed = `select ${heldColumns}, b.bytes as body, b.sealed as body_sealed from j ${heldTables}`;

/**
 * `claimed_at` is when the attempts of jobs that are cancelled or whose worker is lost count as begun. It is the time of
 * this statement: the transaction may have begun long before, while a pause lasted that ended meanwhile.
 */
const claimJobsSql = `
with j as (
  update job set state = 'in_progress', wait_reason = null, line_id = null, claim_id = $2, claimed_by = $3, claimed_at = c.at,
    attempt_count = attempt_count + 1, started_at = coalesce(started_at, c.at), next_attempt_at = null, admitted_at = null
  from (select clock_timestamp() as at) as c
  where id = any($1::uuid[]) and ${jobWaits()} and ${isDue()}
  returning job.*
)
${selectClaimed}`;

/** Claims the given jobs that wait and are due, and returns them. `findCandidates` has locked them. */
export function claimJobs(tx: Tx, ids: string[], claim: Claim): Promise<ClaimedJob[]> {
  return tx.run<ClaimedJob>('claim_jobs', claimJobsSql, [ids, claim.claimId, claim.workerId]);
}

/** Returns the jobs of a claim as `claimJobs` returns them, as far as the claim holds. */
export function findClaimedJobs(tx: Tx, claim: Claim): Promise<ClaimedJob[]> {
  return tx.run<ClaimedJob>(
    'find_claimed_jobs',
    `with j as (select * from job where claimed_by = $2 and claim_id = $1) ${selectClaimed}`,
    [claim.claimId, claim.workerId],
  );
}
