import type { Db } from '#src/store/db/database.ts';

/** Returns the project with an id, or else those with a name. */
export function findProjectsNamed(
  db: Pick<Db, 'run'>,
  { id, name }: { id: string | null; name: string },
): Promise<{ id: string; name: string }[]> {
  return db.run(
    'find_projects_named',
    `select id, name from project where id = $1::uuid or $1::uuid is null and name = $2 order by id limit 20`,
    [id, name],
  );
}
