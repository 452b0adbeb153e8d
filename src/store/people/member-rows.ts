import { type Role, readRole } from '#src/domain/access.ts';
import type { Runner } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import type { Prisma } from '#src/store/generated/client.ts';

const select = { userId: true, role: true, createdAt: true, user: { select: { email: true, name: true } } } as const;
type Stored = Prisma.MembershipGetPayload<{ select: typeof select }>;

/** A member. `lastSeenAt` is the last use of a live session, or null without one. */
export type MemberRow = Omit<Stored, 'role'> & { role: Role; lastSeenAt: Date | null };

/** Lists the members of a project, in the order in which they joined. */
export async function listMembers(db: Runner, projectId: string): Promise<MemberRow[]> {
  const orderBy = [
    { createdAt: 'asc' },
    { userId: 'asc' },
  ] as const satisfies Prisma.MembershipOrderByWithRelationInput[];
  return withLastSeen(db, await db.prisma.membership.findMany({ where: { projectId }, select, orderBy, take: 1_000 }));
}

export async function findMember(db: Runner, projectId: string, userId: string): Promise<MemberRow | undefined> {
  return (await withLastSeen(db, await db.prisma.membership.findMany({ where: { projectId, userId }, select })))[0];
}

async function withLastSeen(db: Runner, members: Stored[]): Promise<MemberRow[]> {
  const uses = await db.prisma.session.groupBy({
    by: 'userId',
    where: { userId: { in: members.map((member) => member.userId) }, expiresAt: { gt: await databaseNow(db) } },
    _max: { updatedAt: true },
  });
  const lastUse = new Map(uses.map((use) => [use.userId, use._max.updatedAt]));
  return members.map((member) => ({
    ...member,
    role: readRole(member.role),
    lastSeenAt: lastUse.get(member.userId) ?? null,
  }));
}

/**
 * Counts the owners. The caller must hold the project's lock, or two owners could remove each other at the same time.
 */
export function countOwners({ prisma }: Runner, projectId: string): Promise<number> {
  return prisma.membership.count({ where: { projectId, role: 'owner' } });
}

export async function updateRole({ prisma }: Runner, projectId: string, userId: string, role: Role): Promise<void> {
  await prisma.membership.updateMany({ where: { projectId, userId }, data: { role } });
}

export async function deleteMember({ prisma }: Runner, projectId: string, userId: string): Promise<void> {
  await prisma.membership.deleteMany({ where: { projectId, userId } });
}

/** Returns true when a person with this address is a member. */
export async function isMember({ prisma }: Runner, projectId: string, email: string): Promise<boolean> {
  return (
    (await prisma.membership.findFirst({ where: { projectId, user: { email } }, select: { userId: true } })) !== null
  );
}

const ofPerson = {
  projectId: true,
  role: true,
  project: { select: { name: true, createdAt: true } },
  user: { select: { email: true, name: true } },
} as const;
type StoredOfPerson = Prisma.MembershipGetPayload<{ select: typeof ofPerson }>;

export type MembershipRow = Omit<StoredOfPerson, 'role'> & { role: Role };

const joinedFirst = [{ createdAt: 'asc' }, { projectId: 'asc' }] satisfies Prisma.MembershipOrderByWithRelationInput[];

/** Returns a person's projects and roles, in the order in which the person joined. */
export async function findMemberships({ prisma }: Runner, userId: string): Promise<MembershipRow[]> {
  const found = await prisma.membership.findMany({ where: { userId }, select: ofPerson, orderBy: joinedFirst });
  return found.map((membership) => ({ ...membership, role: readRole(membership.role) }));
}

/** Returns only the project ids and roles of a person, which every call needs. */
export async function findRoles({ prisma }: Runner, userId: string): Promise<{ projectId: string; role: Role }[]> {
  const select = { projectId: true, role: true } as const;
  const found = await prisma.membership.findMany({ where: { userId }, select, orderBy: joinedFirst });
  return found.map((membership) => ({ ...membership, role: readRole(membership.role) }));
}

/** Makes a person a member, unless the person is one already. */
export async function insertMembership(
  db: Runner,
  member: { userId: string; projectId: string; role: Role },
): Promise<void> {
  const data = { ...member, createdAt: await databaseNow(db) };
  await db.prisma.membership.createMany({ data, skipDuplicates: true });
}

/** Returns true when the project has an owner. */
export async function hasOwner(db: Runner, projectId: string): Promise<boolean> {
  return (await countOwners(db, projectId)) > 0;
}

/**
 * Returns true when the person owns any project. The row stays locked until the transaction ends. This is SQL because
 * of its lock.
 */
export async function isOwnerSomewhere(tx: Runner, userId: string): Promise<boolean> {
  const rows = await tx.run(
    'is_owner_somewhere',
    `select 1 from membership where user_id = $1 and role = 'owner' limit 1 for share`,
    [userId],
  );
  return rows.length > 0;
}
