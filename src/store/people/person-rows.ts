import { randomUUID } from 'node:crypto';
import type { Runner } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import type { Session, User } from '#src/store/generated/client.ts';

export type PersonRow = Pick<User, 'id' | 'email' | 'name'>;

export function findPerson({ prisma }: Runner, email: string): Promise<PersonRow | null> {
  return prisma.user.findUnique({ where: { email }, select: { id: true, email: true, name: true } });
}

/** The provider id that better-auth uses for an account with a password. */
const providerId = 'credential';

/** Stores a person with a password. Returns false when the address is taken. */
export async function insertPerson(
  { prisma }: Runner,
  { passwordHash: password, ...person }: PersonRow & { passwordHash: string },
): Promise<boolean> {
  const { count } = await prisma.user.createMany({ data: { ...person, emailVerified: true }, skipDuplicates: true });
  if (count === 0) return false;
  const { id } = person;
  await prisma.account.create({ data: { id: randomUUID(), userId: id, accountId: id, providerId, password } });
  return true;
}

export async function findPasswordHash({ prisma }: Runner, userId: string): Promise<string | null> {
  const account = await prisma.account.findFirst({ where: { userId, providerId }, select: { password: true } });
  return account?.password ?? null;
}

/** Replaces the password that was checked. Returns false when it was changed in the meantime. */
export async function replacePassword(
  { prisma }: Runner,
  userId: string,
  { before, after }: { before: string; after: string },
): Promise<boolean> {
  const where = { userId, providerId, password: before };
  return (await prisma.account.updateMany({ where, data: { password: after } })).count > 0;
}

export type SessionRow = Omit<Session, 'userId' | 'token'>;

/** Lists a person's live sessions, the last used first. */
export async function listSessions(db: Runner, userId: string): Promise<SessionRow[]> {
  return db.prisma.session.findMany({
    where: { userId, expiresAt: { gt: await databaseNow(db) } },
    omit: { userId: true, token: true },
    orderBy: [{ updatedAt: 'desc' }, { id: 'asc' }],
    take: 500,
  });
}

export async function deleteSession({ prisma }: Runner, userId: string, id: string): Promise<boolean> {
  return (await prisma.session.deleteMany({ where: { userId, id } })).count > 0;
}

/** Deletes all sessions of a person except one. Returns their number. */
export async function deleteOtherSessions({ prisma }: Runner, userId: string, keptId: string): Promise<number> {
  return (await prisma.session.deleteMany({ where: { userId, id: { not: keptId } } })).count;
}
