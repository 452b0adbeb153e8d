import type { Tx } from '#src/store/db/database.ts';

/** Returns those of the ids whose jobs are stored: a commit whose answer was lost is repeated. */
export async function findStoredJobIds(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.run<{ id: string }>('stored_job_ids', 'select id from job where id = any($1::uuid[])', [ids]);
  return new Set(rows.map(({ id }) => id));
}
