import type { Tx } from '#src/store/db/database.ts';

/** Makes a person of this installation an owner of a project. Returns false if nobody has the address. */
export async function addOwner(tx: Pick<Tx, 'run'>, projectId: string, email: string): Promise<boolean> {
  const rows = await tx.run(
    'add_owner',
    `insert into membership (user_id, project_id, role) select id, $1, 'owner' from "user" where email = lower($2)
     returning user_id`,
    [projectId, email],
  );
  return rows.length > 0;
}
