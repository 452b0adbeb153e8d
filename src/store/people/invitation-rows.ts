import { type Role, readRole } from '#src/domain/access.ts';
import type { Runner } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import type { Invitation, Prisma } from '#src/store/generated/client.ts';

const select = { id: true, projectId: true, email: true, role: true, createdAt: true, expiresAt: true } as const;
type Stored = Prisma.InvitationGetPayload<{ select: typeof select }>;

export type InvitationRow = Omit<Stored, 'role'> & { role: Role };

const rowOf = <T extends Stored>(invitation: T) => ({ ...invitation, role: readRole(invitation.role) });

/** Selects invitations that were not accepted and have not expired. */
const open = (now: Date) => ({ acceptedAt: null, expiresAt: { gt: now } }) satisfies Prisma.InvitationWhereInput;

/**
 * Selects usable links. A link without an e-mail address is for a project without an owner, and stops working when
 * there is one.
 */
const namesSomebodyOrNobodyOwns = {
  OR: [{ email: { not: null } }, { project: { members: { none: { role: 'owner' } } } }],
} satisfies Prisma.InvitationWhereInput;

export async function insertInvitation(
  tx: Runner,
  invitation: Pick<Invitation, 'id' | 'projectId' | 'email' | 'tokenHash' | 'createdBy'> & { role: Role },
  livesSeconds: number,
): Promise<InvitationRow> {
  const createdAt = await databaseNow(tx);
  const expiresAt = new Date(createdAt.getTime() + livesSeconds * 1_000);
  return rowOf(await tx.prisma.invitation.create({ data: { ...invitation, createdAt, expiresAt }, select }));
}

/** Lists the open invitations, newest first. */
export async function listInvitations(db: Runner, projectId: string): Promise<InvitationRow[]> {
  const where = { projectId, ...open(await databaseNow(db)) };
  return (await db.prisma.invitation.findMany({ where, select, orderBy: { id: 'desc' }, take: 500 })).map(rowOf);
}

/** Returns the open invitation of a token, with its project's name. */
export async function findInvitation(
  db: Runner,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<(InvitationRow & { project: { name: string } }) | null> {
  const found = await db.prisma.invitation.findUnique({
    where: { tokenHash, ...open(await databaseNow(db)), ...namesSomebodyOrNobodyOwns },
    select: { ...select, project: { select: { name: true } } },
  });
  return found && rowOf(found);
}

/**
 * Accepts an invitation. Returns false when it was accepted before or is no longer open. The caller must hold the
 * project's lock.
 */
export async function acceptInvitation(tx: Runner, id: string): Promise<boolean> {
  const acceptedAt = await databaseNow(tx);
  const where = { id, ...open(acceptedAt), ...namesSomebodyOrNobodyOwns };
  return (await tx.prisma.invitation.updateMany({ where, data: { acceptedAt } })).count > 0;
}

/** Deletes an open invitation. Returns null when there is none. */
export async function deleteInvitation(db: Runner, projectId: string, id: string): Promise<InvitationRow | null> {
  const where = { id, projectId, ...open(await databaseNow(db)) };
  const found = await db.prisma.invitation.findUnique({ where, select });
  // The invitation may be accepted between the two statements. Then nothing is deleted.
  return found && (await db.prisma.invitation.deleteMany({ where })).count > 0 ? rowOf(found) : null;
}

/** Deletes the earlier invitations of an address, so that only the new link works. */
export async function deleteInvitationsOf(tx: Runner, projectId: string, email: string): Promise<void> {
  await tx.prisma.invitation.deleteMany({ where: { projectId, email, acceptedAt: null } });
}

/**
 * Deletes the open invitations that a member has made for a project. They must not outlive the member's right to
 * invite.
 */
export async function deleteInvitationsBy(tx: Runner, projectId: string, userId: string): Promise<void> {
  await tx.prisma.invitation.deleteMany({ where: { projectId, createdBy: userId, acceptedAt: null } });
}
