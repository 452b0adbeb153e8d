import type { Db } from '#src/store/db/database.ts';
import { hasQuota } from './quota-columns.ts';

/** A project whose bytes are to be measured, and the request bodies that were accepted until then. */
export type DueMeasure = { projectId: string; addedBytes: number };

/**
 * Takes a project whose bytes are due to be measured. No other worker takes it within ten minutes, after which this one
 * counts as dead.
 */
export async function takeDueMeasure(db: Pick<Db, 'run'>): Promise<DueMeasure | undefined> {
  const rows = await db.run<DueMeasure>(
    'take_due_measure',
    `update quota_use set measure_at = now() + interval '10 minutes' where project_id = (
       select u.project_id from quota_use u join project p on p.id = u.project_id
       where u.measure_at <= now() and p.quota_stored_bytes is not null
       order by u.measure_at limit 1 for no key update of u skip locked)
     returning project_id as "projectId", added_bytes as "addedBytes"`,
  );
  return rows[0];
}

/** Returns the projects that have a quota and no row yet. */
export async function findUncounted(db: Pick<Db, 'run'>): Promise<string[]> {
  const rows = await db.run<{ id: string }>(
    'find_uncounted',
    `select p.id from project p where ${hasQuota} and not exists (select 1 from quota_use u where u.project_id = p.id)`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Writes what was measured. Bodies that were accepted meanwhile are added, although the measurement may have seen them:
 * what is stored is never taken for less. The next measurement is due after `restSeconds`.
 */
export async function writeMeasure(
  db: Pick<Db, 'run'>,
  { projectId, addedBytes, bytes, restSeconds }: DueMeasure & { bytes: number; restSeconds: number },
): Promise<void> {
  await db.run(
    'write_measure',
    `update quota_use set stored_bytes = $2::float8 + added_bytes - $3::float8, measured_at = now(),
       measure_at = now() + $4::float8 * interval '1 s'
     where project_id = $1`,
    [projectId, bytes, addedBytes, restSeconds],
  );
}
