import type { Db, Tx } from '#src/store/db/database.ts';

/** Says that somebody waits for these calls for some seconds more. Calls that are not given up have no row. */
export async function renewAwaited(db: Pick<Db, 'run'>, jobIds: readonly string[], seconds: number): Promise<void> {
  await db.run(
    'renew_awaited_calls',
    `with held as (select job_id from awaited_call where job_id = any($1::uuid[]) order by job_id for update)
     update awaited_call a set until = greatest(a.until, now() + $2 * interval '1 s') from held where a.job_id = held.job_id`,
    [jobIds, seconds],
  );
}

/** Returns calls that nobody has waited for lately, ended or not, in the order of their time. */
export async function findUnawaited(db: Pick<Db, 'run'>, limit: number): Promise<string[]> {
  const rows = await db.run<{ job_id: string }>(
    'find_unawaited_calls',
    'select job_id from awaited_call where until <= now() order by until limit $1',
    [limit],
  );
  return rows.map(({ job_id }) => job_id);
}

/** A call that nobody waits for, and its project. */
export type UnawaitedCall = { jobId: string; projectId: string };

/**
 * Takes the calls that still nobody waits for, and returns them. Before, it locks the requests that have led to them, so
 * that no repetition is attached to one of them until the transaction ends.
 */
export async function takeUnawaited(tx: Tx, jobIds: readonly string[]): Promise<UnawaitedCall[]> {
  await tx.run(
    'lock_repetitions',
    `select r.digest from call_repetition r join model_call c on c.digest = r.digest and c.job_id = r.job_id
     where c.job_id = any($1::uuid[]) order by r.digest for update of r`,
    [jobIds],
  );
  return tx.run<UnawaitedCall>(
    'take_unawaited_calls',
    `with held as (select job_id from awaited_call where job_id = any($1::uuid[]) order by job_id for update
     ), gone as (
       delete from awaited_call a using held where a.job_id = held.job_id and a.until <= now() returning a.job_id
     )
     select c.job_id as "jobId", c.project_id as "projectId" from gone join model_call c on c.job_id = gone.job_id`,
    [jobIds],
  );
}

/** Forgets the requests that have led to calls, so that a repetition makes a call of its own. */
export async function forgetRequests(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await tx.run(
    'forget_requests',
    `delete from call_repetition r using model_call c
     where c.job_id = any($1::uuid[]) and r.digest = c.digest and r.job_id = c.job_id`,
    [jobIds],
  );
}
