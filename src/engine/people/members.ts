import type { MemberView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { Runner } from '#src/store/db/database.ts';
import { deleteInvitationsBy } from '#src/store/people/invitation-rows.ts';
import {
  countOwners,
  deleteMember,
  findMember,
  listMembers,
  type MemberRow,
  updateRole,
} from '#src/store/people/member-rows.ts';
import { lockProject } from '#src/store/people/project-rows.ts';

/** Returns the members of a project. `you` is the user who asks, or null for an API key. */
export async function projectMembers(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  you: string | null,
): Promise<MemberView[]> {
  return (await listMembers(db, projectId)).map((row) => memberView(row, you));
}

export function setRole(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  { userId, role }: { userId: string; role: Role },
  you: string | null,
): Promise<MemberView> {
  return db.prismaTransaction(async (tx) => {
    const member = await lockMember(tx, projectId, userId);
    if (role !== 'owner') await keepAnOwner(tx, projectId, member);
    await updateRole(tx, projectId, userId, role);
    if (role !== 'owner') await deleteInvitationsBy(tx, projectId, userId);
    return memberView({ ...member, role }, you);
  });
}

/** Removes a member. The person loses access at once, because every call looks the membership up. */
export function removeMember(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  userId: string,
): Promise<{ userId: string; email: string }> {
  return db.prismaTransaction(async (tx) => {
    const member = await lockMember(tx, projectId, userId);
    await keepAnOwner(tx, projectId, member);
    await deleteMember(tx, projectId, userId);
    await deleteInvitationsBy(tx, projectId, userId);
    return { userId, email: member.user.email };
  });
}

/**
 * Locks the project and returns a member. All changes to a project's members wait for this lock, so the count of owners
 * stays true until the commit.
 */
async function lockMember(tx: Runner, projectId: string, userId: string): Promise<MemberRow> {
  await lockProject(tx, projectId);
  const member = await findMember(tx, projectId, userId);
  if (!member) throw new Refusal('not_found', `the project has no member "${userId}"`, 'userId');
  return member;
}

async function keepAnOwner(tx: Runner, projectId: string, member: MemberRow): Promise<void> {
  if (member.role !== 'owner' || (await countOwners(tx, projectId)) > 1) return;
  throw new Refusal(
    'last_owner',
    `${member.user.email} is the project's last owner; make somebody else an owner first`,
    'userId',
  );
}

function memberView(row: MemberRow, you: string | null): MemberView {
  return {
    userId: row.userId,
    email: row.user.email,
    name: row.user.name,
    role: row.role,
    joinedAt: row.createdAt.toISOString(),
    lastSeenAt: iso(row.lastSeenAt),
    isYou: row.userId === you,
  };
}
