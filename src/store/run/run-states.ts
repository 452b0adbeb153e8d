import type { Db } from '#src/store/db/database.ts';

/** Returns the present states of runs that clients wait for. A turn counts as an attempt. */
export function findRunStates(
  db: Pick<Db, 'run'>,
  ids: string[],
): Promise<{ id: string; state: string; attempt_count: number }[]> {
  const sql = 'select id, state, turn as attempt_count from run where id = any($1::uuid[])';
  return db.run('find_run_states', sql, [ids]);
}
