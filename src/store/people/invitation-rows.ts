import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

export type InvitationRow = {
  id: string;
  project_id: string;
  email: string | null;
  role: string;
  created_at: Date;
  expires_at: Date;
};

const columns = 'id, project_id, email, role, created_at, expires_at';
const open = 'accepted_at is null and expires_at > now()';

/** A link that names nobody is for a project without an owner: it is worth nothing from the moment there is one. */
const hasOwner = `exists (select 1 from membership m where m.project_id = i.project_id and m.role = 'owner')`;

export async function insertInvitation(
  tx: Tx,
  invitation: {
    id: string;
    projectId: string;
    email: string | null;
    role: string;
    tokenHash: Uint8Array;
    createdBy: string | null;
    livesSeconds: number;
  },
): Promise<InvitationRow> {
  const { id, projectId, email, role, tokenHash, createdBy, livesSeconds } = invitation;
  const rows = await tx.run<InvitationRow>(
    'insert_invitation',
    `insert into invitation (id, project_id, email, role, token_hash, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) returning ${columns}`,
    [id, projectId, email, role, tokenHash, createdBy, livesSeconds],
  );
  return rows[0] as InvitationRow;
}

/** Open ones, newest first. */
export function listInvitations(db: Db, projectId: string): Promise<InvitationRow[]> {
  return db.run<InvitationRow>(
    'list_invitations',
    `select ${columns} from invitation where project_id = $1 and ${open} order by id desc limit 500`,
    [projectId],
  );
}

/** The open invitation of a token, with its project's name. */
export async function findInvitation(
  db: Db,
  tokenHash: Uint8Array,
): Promise<(InvitationRow & { project_name: string }) | undefined> {
  const rows = await db.run<InvitationRow & { project_name: string }>(
    'find_invitation',
    `select i.id, i.project_id, i.email, i.role, i.created_at, i.expires_at, p.name as project_name
     from invitation i join project p on p.id = i.project_id
     where token_hash = $1 and ${open} and (i.email is not null or not ${hasOwner})`,
    [tokenHash],
  );
  return rows[0];
}

/** Uses an invitation up; false when somebody else was first, or it has ended meanwhile. Behind the project's lock. */
export async function acceptInvitation(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.run(
    'accept_invitation',
    `update invitation i set accepted_at = now()
     where id = $1 and ${open} and (i.email is not null or not ${hasOwner}) returning id`,
    [id],
  );
  return rows.length > 0;
}

/** Deletes an open one; undefined when there is none. */
export async function deleteInvitation(
  runner: Runner,
  projectId: string,
  id: string,
): Promise<InvitationRow | undefined> {
  const rows = await runner.run<InvitationRow>(
    'delete_invitation',
    `delete from invitation where project_id = $1 and id = $2 and ${open} returning ${columns}`,
    [projectId, id],
  );
  return rows[0];
}

/** A new link for somebody is the only one. */
export async function deleteInvitationsOf(tx: Tx, projectId: string, email: string): Promise<void> {
  await tx.run(
    'delete_invitations_of',
    'delete from invitation where project_id = $1 and email = $2 and accepted_at is null',
    [projectId, email],
  );
}

/** Withdraws what somebody has invited to a project: it must not outlive their right to. */
export async function deleteInvitationsBy(tx: Tx, projectId: string, userId: string): Promise<void> {
  await tx.run(
    'delete_invitations_by',
    'delete from invitation where project_id = $1 and created_by = $2 and accepted_at is null',
    [projectId, userId],
  );
}
