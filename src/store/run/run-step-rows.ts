import type { Runner } from '#src/store/db/database.ts';

/** The key of a step: its project, the app's id of the run, and the step's key in it. */
export type StepId = { projectId: string; run: string; key: string };

type Lease = { claimId: string; leaseSeconds: number; keptSeconds: number };

/**
 * Claims a step, or extends the lease of the same claim. Returns false when it is done, or another claim's lease goes
 * on. A row that has expired counts as none.
 */
export async function claimStep(db: Pick<Runner, 'run'>, id: StepId, lease: Lease): Promise<boolean> {
  const rows = await db.run(
    'claim_step',
    `insert into run_step as s (project_id, run_id, key, claim_id, leased_until, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $6))
     on conflict (project_id, run_id, key) do update
       set claim_id = excluded.claim_id, leased_until = excluded.leased_until, expires_at = excluded.expires_at,
           result = null, done_at = null
       where s.expires_at <= now()
          or s.done_at is null and (s.claim_id = excluded.claim_id or s.leased_until <= now())
     returning s.claim_id`,
    [id.projectId, id.run, id.key, lease.claimId, lease.leaseSeconds, lease.keptSeconds],
  );
  return rows.length > 0;
}

/** Stores a result unless there is one. Returns false when there is one. */
export async function finishStep(
  db: Pick<Runner, 'run'>,
  id: StepId,
  done: { result: string | null; keptSeconds: number },
): Promise<boolean> {
  const rows = await db.run(
    'finish_step',
    `insert into run_step as s (project_id, run_id, key, result, done_at, expires_at)
     values ($1, $2, $3, $4, now(), now() + make_interval(secs => $5))
     on conflict (project_id, run_id, key) do update
       set result = excluded.result, done_at = excluded.done_at, expires_at = excluded.expires_at,
           claim_id = null, leased_until = null
       where s.done_at is null or s.expires_at <= now()
     returning s.done_at`,
    [id.projectId, id.run, id.key, done.result, done.keptSeconds],
  );
  return rows.length > 0;
}

/** Gives a claimed step back, so that another process may claim it at once. */
export async function releaseStep(db: Pick<Runner, 'run'>, id: StepId, claimId: string): Promise<void> {
  await db.run(
    'release_step',
    `delete from run_step where project_id = $1 and run_id = $2 and key = $3 and claim_id = $4 and done_at is null`,
    [id.projectId, id.run, id.key, claimId],
  );
}

/** A step that is there. `leftMs` is the rest of its lease, 0 or less if it has ended. */
export type StepRow = { done: boolean; result: string | null; leftMs: number };

/** Returns a step, or undefined if there is none. */
export async function findStep(db: Pick<Runner, 'run'>, id: StepId): Promise<StepRow | undefined> {
  const rows = await db.run<StepRow>(
    'find_step',
    `select done_at is not null as done, result,
       coalesce(extract(epoch from leased_until - now()) * 1000, 0)::float8 as "leftMs"
     from run_step where project_id = $1 and run_id = $2 and key = $3 and expires_at > now()`,
    [id.projectId, id.run, id.key],
  );
  return rows[0];
}
