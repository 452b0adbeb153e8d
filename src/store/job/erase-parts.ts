import type { Tx } from '#src/store/db/database.ts';

/** A part of an ended job to erase: at once if `eraseAt` is null, otherwise at that time. */
export type Erasure = { jobId: string; eraseAt: Date | null };

/** Erases the secrets of ended jobs. */
export function eraseSecrets(tx: Tx, ended: readonly Erasure[]): Promise<void> {
  return erase(tx, 'job_secret', ended);
}

/** Erases the request bodies of ended jobs that have no result. A body is otherwise kept as long as its result. */
export function eraseBodies(tx: Tx, ended: readonly Erasure[]): Promise<void> {
  return erase(tx, 'job_body', ended);
}

async function erase(tx: Tx, table: 'job_secret' | 'job_body', ended: readonly Erasure[]): Promise<void> {
  const now = ended.filter(({ eraseAt }) => eraseAt === null).map(({ jobId }) => jobId);
  const later = ended.filter(({ eraseAt }) => eraseAt !== null);
  if (now.length > 0) await tx.send(`erase_${table}`, `delete from ${table} where job_id = any($1::uuid[])`, [now]);
  if (later.length === 0) return;
  await tx.send(
    `erase_${table}_later`,
    `update ${table} set erase_at = t.at from unnest($1::uuid[], $2::timestamptz[]) as t(id, at) where job_id = t.id`,
    [later.map(({ jobId }) => jobId), later.map(({ eraseAt }) => eraseAt)],
  );
}
