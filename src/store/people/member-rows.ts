import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

export type MemberRow = {
  user_id: string;
  email: string;
  name: string;
  role: string;
  created_at: Date;
  last_seen_at: Date | null;
};

const members = `
  select m.user_id, u.email, u.name, m.role, m.created_at,
    (select max(s.updated_at) from session s where s.user_id = m.user_id and s.expires_at > now()) as last_seen_at
  from membership m join "user" u on u.id = m.user_id`;

/** In the order in which they joined. */
export function listMembers(db: Db, projectId: string): Promise<MemberRow[]> {
  return db.run<MemberRow>(
    'list_members',
    `${members} where m.project_id = $1 order by m.created_at, m.user_id limit 1000`,
    [projectId],
  );
}

export async function findMember(runner: Runner, projectId: string, userId: string): Promise<MemberRow | undefined> {
  const sql = `${members} where m.project_id = $1 and m.user_id = $2`;
  return (await runner.run<MemberRow>('find_member', sql, [projectId, userId]))[0];
}

/** Asked behind the project's lock, or two owners could remove each other at the same time. */
export async function countOwners(tx: Tx, projectId: string): Promise<number> {
  const rows = await tx.run<{ count: number }>(
    'count_owners',
    `select count(*)::int as count from membership where project_id = $1 and role = 'owner'`,
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

export async function updateRole(tx: Tx, projectId: string, userId: string, role: string): Promise<void> {
  await tx.run('update_role', 'update membership set role = $3 where project_id = $1 and user_id = $2', [
    projectId,
    userId,
    role,
  ]);
}

export async function deleteMember(tx: Tx, projectId: string, userId: string): Promise<void> {
  await tx.run('delete_member', 'delete from membership where project_id = $1 and user_id = $2', [projectId, userId]);
}

/** Whether somebody with this address is a member already. */
export async function isMember(tx: Tx, projectId: string, email: string): Promise<boolean> {
  const rows = await tx.run(
    'is_member',
    `select 1 from membership m join "user" u on u.id = m.user_id where m.project_id = $1 and u.email = $2`,
    [projectId, email],
  );
  return rows.length > 0;
}
