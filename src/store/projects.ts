import { formatId } from '#src/domain/id.ts';
import type { Db, Tx } from './pool.ts';

export async function findProject(db: Db, id: string): Promise<{ id: string; name: string }> {
  const rows = await db.run<{ name: string }>('find_project', 'select name from project where id = $1', [id]);
  return { id: formatId('prj', id), name: rows[0]?.name ?? '' };
}

/** The first project, which the first start made. */
export async function findFirstProject(tx: Tx): Promise<{ id: string } | undefined> {
  const rows = await tx.run<{ id: string }>('first_project', 'select id from project order by id limit 1');
  return rows[0];
}

export async function insertProject(tx: Tx, project: { id: string; name: string }): Promise<void> {
  await tx.run('insert_project', 'insert into project (id, name) values ($1, $2)', [project.id, project.name]);
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

export type MemberRow = { user_id: string; email: string; name: string; role: string; project_id: string };

/** A user's first project and role in it. */
export async function findMembership(db: Db, userId: string): Promise<MemberRow | undefined> {
  const rows = await db.run<MemberRow>(
    'find_membership',
    `select m.user_id, u.email, u.name, m.role, m.project_id from membership m join "user" u on u.id = m.user_id
     where m.user_id = $1 order by m.created_at, m.project_id limit 1`,
    [userId],
  );
  return rows[0];
}

/** Whether anybody can administer the project. */
export async function hasOwner(tx: Tx, projectId: string): Promise<boolean> {
  const rows = await tx.run('has_owner', `select 1 from membership where project_id = $1 and role = 'owner' limit 1`, [
    projectId,
  ]);
  return rows.length > 0;
}
