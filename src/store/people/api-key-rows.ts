import { readScopes, type Scope } from '#src/domain/access.ts';
import type { Runner } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import type { ApiKey, Prisma } from '#src/store/generated/client.ts';

const omit = { hash: true } satisfies Prisma.ApiKeyOmit;
type Stored = Omit<ApiKey, 'hash'>;

export type ApiKeyRow = Omit<Stored, 'scopes'> & { scopes: Scope[] };

const rowOf = (key: Stored): ApiKeyRow => ({ ...key, scopes: readScopes(key.scopes) });

export async function findApiKey({ prisma }: Runner, hash: Uint8Array<ArrayBuffer>): Promise<ApiKeyRow | null> {
  const key = await prisma.apiKey.findUnique({ where: { hash }, omit });
  return key && rowOf(key);
}

export async function touchApiKey(db: Runner, id: string): Promise<void> {
  await db.prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: await databaseNow(db) } });
}

/** Lists the API keys of a project, newest first. */
export async function listApiKeys({ prisma }: Runner, projectId: string): Promise<ApiKeyRow[]> {
  const keys = await prisma.apiKey.findMany({ where: { projectId }, omit, orderBy: { id: 'desc' }, take: 500 });
  return keys.map(rowOf);
}

export async function insertApiKey(
  db: Runner,
  key: Pick<ApiKey, 'id' | 'projectId' | 'name' | 'hash' | 'hint'> & { scopes: Scope[] },
): Promise<ApiKeyRow> {
  return rowOf(await db.prisma.apiKey.create({ data: { ...key, createdAt: await databaseNow(db) }, omit }));
}

/** Revokes a key of the project. Returns null when there is none. A second revocation keeps the time of the first. */
export async function revokeApiKey(db: Runner, projectId: string, id: string): Promise<ApiKeyRow | null> {
  const where = { id, projectId };
  const revokedAt = await databaseNow(db);
  await db.prisma.apiKey.updateMany({ where: { ...where, revokedAt: null }, data: { revokedAt } });
  const key = await db.prisma.apiKey.findUnique({ where, omit });
  return key && rowOf(key);
}
