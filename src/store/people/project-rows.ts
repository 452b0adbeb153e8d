import { formatId } from '#src/domain/text/id.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

export async function findProject(db: Db, id: string): Promise<{ id: string; name: string }> {
  const rows = await db.run<{ name: string }>('find_project', 'select name from project where id = $1', [id]);
  return { id: formatId('prj', id), name: rows[0]?.name ?? '' };
}

/** The first project, which the first start made. */
export async function findFirstProject(tx: Tx): Promise<{ id: string } | undefined> {
  const rows = await tx.run<{ id: string }>('first_project', 'select id from project order by id limit 1');
  return rows[0];
}

/** Rotations of a project's own secrets, and changes to its people, wait for each other; false when there is no such project. */
export async function lockProject(tx: Pick<Tx, 'run'>, projectId: string): Promise<boolean> {
  const rows = await tx.run('lock_project', 'select id from project where id = $1 for no key update', [projectId]);
  return rows.length > 0;
}

/** Answers when it was made, by the database's clock. */
export async function insertProject(tx: Tx, project: { id: string; name: string }): Promise<Date> {
  const sql = 'insert into project (id, name) values ($1, $2) returning created_at';
  const rows = await tx.run<{ created_at: Date }>('insert_project', sql, [project.id, project.name]);
  return rows[0]?.created_at as Date;
}

export async function insertMembership(
  tx: Tx,
  member: { userId: string; projectId: string; role: string },
): Promise<void> {
  await tx.run(
    'insert_membership',
    'insert into membership (user_id, project_id, role) values ($1, $2, $3) on conflict do nothing',
    [member.userId, member.projectId, member.role],
  );
}

export type MembershipRow = {
  project_id: string;
  project_name: string;
  project_created_at: Date;
  role: string;
  email: string;
  name: string;
};

/** A person's projects and roles, the one joined first before the others. */
export function findMemberships(db: Db, userId: string): Promise<MembershipRow[]> {
  return db.run<MembershipRow>(
    'find_memberships',
    `select m.project_id, p.name as project_name, p.created_at as project_created_at, m.role, u.email, u.name
     from membership m join "user" u on u.id = m.user_id join project p on p.id = m.project_id
     where m.user_id = $1 order by m.created_at, m.project_id`,
    [userId],
  );
}

/** Null when there is no such project. */
export async function renameProject(
  db: Db,
  id: string,
  name: string,
): Promise<{ name: string; created_at: Date } | null> {
  const rows = await db.run<{ name: string; created_at: Date }>(
    'rename_project',
    'update project set name = $2 where id = $1 returning name, created_at',
    [id, name],
  );
  return rows[0] ?? null;
}

/** Whether the person is an owner of any project; holds that until the transaction ends. */
export async function isOwnerSomewhere(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.run(
    'is_owner_somewhere',
    `select 1 from membership where user_id = $1 and role = 'owner' limit 1 for share`,
    [userId],
  );
  return rows.length > 0;
}

/** Whether anybody can administer the project. */
export async function hasOwner(tx: Tx, projectId: string): Promise<boolean> {
  const rows = await tx.run('has_owner', `select 1 from membership where project_id = $1 and role = 'owner' limit 1`, [
    projectId,
  ]);
  return rows.length > 0;
}
