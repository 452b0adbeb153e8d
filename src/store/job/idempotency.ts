import type { Db, Tx } from '#src/store/db/database.ts';

export type KeyClaim = { projectId: string; key: string; jobId: string; fingerprint: Uint8Array; ttlSeconds: number };

/** Owner of a key after the claim. */
export type KeyOwner = { project_id: string; key: string; job_id: string; fingerprint: Buffer };

/** Condition: the job of the key row `k` still needs its key, because it has not ended or its result is kept. */
export const jobNeedsKey = (k: string) =>
  `exists (select 1 from job j where j.id = ${k}.job_id and (j.ended_at is null or j.result_expires_at > now()))`;

/**
 * Takes the keys for new jobs if they are free or expired, and returns the owner of each key. Keys are taken in key
 * order, so that two batches cannot deadlock. A key outlives its time while its job runs or its result is kept.
 *
 * The first statement takes free keys and locks the others, and waits while another process stores the job of one. Only
 * a later statement sees that job: asked by the first one, a key whose job has just been stored would look abandoned.
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
  const input = `unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::float8[])
     as t(project_id, key, job_id, fingerprint, ttl)`;
  await tx.send(
    'claim_keys',
    `insert into idempotency_key as k (project_id, key, job_id, fingerprint, expires_at)
     select project_id, key, job_id, fingerprint, now() + ttl * interval '1 s' from ${input}
     on conflict (project_id, key) do update set job_id = k.job_id where false`,
    columns,
  );
  await tx.send(
    'take_over_keys',
    `update idempotency_key k
     set job_id = t.job_id, fingerprint = t.fingerprint, expires_at = now() + t.ttl * interval '1 s'
     from ${input} where k.project_id = t.project_id and k.key = t.key and k.job_id <> t.job_id
       and (not exists (select 1 from job j where j.id = k.job_id) or (k.expires_at <= now() and not ${jobNeedsKey('k')}))`,
    columns,
  );
  return tx.run<KeyOwner>(
    'key_owners',
    `select k.project_id, k.key, k.job_id, k.fingerprint from idempotency_key k
     join unnest($1::uuid[], $2::text[]) as t(project_id, key) on k.project_id = t.project_id and k.key = t.key`,
    columns.slice(0, 2),
  );
}

/**
 * Moves keys from jobs to their reruns. A key's name is stored with the job that was submitted with it, and that job
 * may have been rerun before. The key is found along the chain of reruns, because no index leads from a job to its
 * keys.
 */
export async function moveKeys(tx: Tx, moves: { fromJobId: string; toJobId: string }[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.send(
    'move_keys',
    `with recursive line as (
       select t.from_id, t.to_id, j.project_id, j.idempotency_key, j.rerun_of
       from unnest($1::uuid[], $2::uuid[]) as t(from_id, to_id) join job j on j.id = t.from_id
       union all
       select line.from_id, line.to_id, j.project_id, j.idempotency_key, j.rerun_of from line join job j on j.id = line.rerun_of
     ), held as (
       select k.project_id, k.key, line.to_id from line
       join idempotency_key k on k.project_id = line.project_id and k.key = line.idempotency_key and k.job_id = line.from_id
       order by k.project_id, k.key for update of k
     )
     update idempotency_key k set job_id = held.to_id from held where k.project_id = held.project_id and k.key = held.key`,
    [moves.map((move) => move.fromJobId), moves.map((move) => move.toJobId)],
  );
}

/** A key with the plain hash that was stored before fingerprints were keyed. */
export type PlainKey = Pick<KeyOwner, 'project_id' | 'key' | 'fingerprint'>;

/** Number of bytes of a plain SHA-256. A keyed fingerprint is longer. */
const plainBytes = 32;

/** Returns some of the keys whose fingerprints are plain hashes. */
export function findPlainKeys(db: Pick<Db, 'run'>, limit: number): Promise<PlainKey[]> {
  return db.run<PlainKey>(
    'find_plain_keys',
    `select project_id, key, fingerprint from idempotency_key where octet_length(fingerprint) = ${plainBytes} limit $1`,
    [limit],
  );
}

/** Writes keyed fingerprints in place of plain ones, unless a key was given to another job in the meantime. */
export async function replaceFingerprints(
  db: Pick<Db, 'run'>,
  keys: { before: PlainKey; fingerprint: Uint8Array }[],
): Promise<void> {
  await db.run(
    'replace_fingerprints',
    `update idempotency_key k set fingerprint = t.after
     from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) as t(project_id, key, before, after)
     where k.project_id = t.project_id and k.key = t.key and k.fingerprint = t.before`,
    [
      keys.map(({ before }) => before.project_id),
      keys.map(({ before }) => before.key),
      keys.map(({ before }) => before.fingerprint),
      keys.map(({ fingerprint }) => fingerprint),
    ],
  );
}
