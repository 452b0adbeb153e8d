import type { Tx } from './pool.ts';

export type KeyClaim = { projectId: string; key: string; jobId: string; fingerprint: Uint8Array; ttlSeconds: number };

/** Whose a key is after the claim. */
export type KeyOwner = { project_id: string; key: string; job_id: string; fingerprint: Buffer };

/**
 * Takes the keys for new jobs where they are free or have lapsed, in key order so that two batches cannot deadlock, and
 * answers the owner of each. A key outlives its time while its job runs or its result is kept.
 */
export async function claimKeys(tx: Tx, claims: KeyClaim[]): Promise<KeyOwner[]> {
  const sorted = [...claims].sort((a, b) => (a.key < b.key ? -1 : 1));
  const columns = [
    sorted.map((claim) => claim.projectId),
    sorted.map((claim) => claim.key),
    sorted.map((claim) => claim.jobId),
    sorted.map((claim) => claim.fingerprint),
    sorted.map((claim) => claim.ttlSeconds),
  ];
  await tx.run(
    'claim_keys',
    `insert into idempotency_key as k (project_id, key, job_id, fingerprint, expires_at)
     select project_id, key, job_id, fingerprint, now() + ttl * interval '1 s'
     from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::float8[]) as t(project_id, key, job_id, fingerprint, ttl)
     on conflict (project_id, key) do update
       set job_id = excluded.job_id, fingerprint = excluded.fingerprint, expires_at = excluded.expires_at
       where not exists (select 1 from job j where j.id = k.job_id)
         or (k.expires_at <= now() and not exists (
           select 1 from job j where j.id = k.job_id and (j.ended_at is null or j.result_expires_at > now())))`,
    columns,
  );
  return tx.run<KeyOwner>(
    'key_owners',
    `select k.project_id, k.key, k.job_id, k.fingerprint from idempotency_key k
     join unnest($1::uuid[], $2::text[]) as t(project_id, key) on k.project_id = t.project_id and k.key = t.key`,
    columns.slice(0, 2),
  );
}

/** The key moves from a job to the one that runs it again. */
export async function moveKey(tx: Tx, projectId: string, fromJobId: string, toJobId: string): Promise<void> {
  await tx.run('move_key', 'update idempotency_key set job_id = $3 where project_id = $1 and job_id = $2', [
    projectId,
    fromJobId,
    toJobId,
  ]);
}
