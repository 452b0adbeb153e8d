import { createHash, randomBytes } from 'node:crypto';
import type { InvitationView, MadeInvitation } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isUuid } from '#src/domain/text/uuid.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Runner } from '#src/store/db/database.ts';
import {
  deleteInvitation,
  deleteInvitationsOf,
  findInvitation,
  type InvitationRow,
  insertInvitation,
  listInvitations,
} from '#src/store/people/invitation-rows.ts';
import { isMember } from '#src/store/people/member-rows.ts';
import { lockProject } from '#src/store/people/project-rows.ts';

const dayS = 86_400;

type Deps = Pick<EngineDeps, 'db' | 'now' | 'publicUrl'>;

/** Makes a link by which one person may join, once. Earlier links for the same address stop working. */
export function invite(
  deps: Deps,
  projectId: string,
  input: { email: string; role: Role },
  createdBy: string,
): Promise<MadeInvitation> {
  const email = input.email.toLowerCase();
  return deps.db.prismaTransaction(async (tx) => {
    await lockProject(tx, projectId);
    if (await isMember(tx, projectId, email))
      throw new Refusal('already_member', `${email} is a member of the project already`, 'email');
    await deleteInvitationsOf(tx, projectId, email);
    return makeInvitation(tx, deps, { projectId, email, role: input.role, createdBy }, 7 * dayS);
  });
}

/**
 * Makes the link for a first start without an administrator. The first person to use it becomes the owner, and it works
 * once.
 */
export function makeSetUpLink(
  tx: Runner,
  deps: Pick<Deps, 'now' | 'publicUrl'>,
  projectId: string,
): Promise<MadeInvitation> {
  return makeInvitation(tx, deps, { projectId, email: null, role: 'owner', createdBy: null }, dayS);
}

async function makeInvitation(
  tx: Runner,
  { now, publicUrl }: Pick<Deps, 'now' | 'publicUrl'>,
  invitation: { projectId: string; email: string | null; role: Role; createdBy: string | null },
  livesSeconds: number,
): Promise<MadeInvitation> {
  const token = randomBytes(32).toString('base64url');
  const made = { ...invitation, id: newId(now()), tokenHash: hashToken(token) };
  const row = await insertInvitation(tx, made, livesSeconds);
  return { ...invitationView(row), url: `${publicUrl}/join?token=${token}` };
}

export async function openInvitations(deps: Pick<Deps, 'db'>, projectId: string): Promise<InvitationView[]> {
  return (await listInvitations(deps.db, projectId)).map(invitationView);
}

export async function revokeInvitation(deps: Pick<Deps, 'db'>, projectId: string, id: string): Promise<InvitationView> {
  const row = isUuid(id) && (await deleteInvitation(deps.db, projectId, id));
  if (!row) throw new Refusal('not_found', `there is no open invitation "${id}"`, 'id');
  return invitationView(row);
}

export type OpenInvitation = InvitationRow & { project: { name: string } };

/**
 * Returns the open invitation of a token. The caller gets the same refusal for a used, withdrawn, expired or unknown
 * link.
 */
export async function invitationOf(db: Runner, token: string): Promise<OpenInvitation> {
  const row = await findInvitation(db, hashToken(token));
  if (!row) throw deadLink();
  return row;
}

export function deadLink(): Refusal {
  return new Refusal('not_found', 'this link opens nothing: it was used, withdrawn or has expired; ask for a new one');
}

/** Returns the SHA-256 hash of a token. A token has 256 random bits, so a slow hash is not needed. */
function hashToken(token: string): Buffer<ArrayBuffer> {
  return createHash('sha256').update(token).digest();
}

function invitationView(row: InvitationRow): InvitationView {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
