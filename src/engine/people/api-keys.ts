import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, Scope } from '#src/contract/project/scope.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { newId } from '#src/engine/new-id.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { Runner } from '#src/store/db/database.ts';
import { type ApiKeyRow, findApiKey, insertApiKey, listApiKeys, revokeApiKey } from '#src/store/people/api-key-rows.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Returns `rbk_` and 43 base62 characters: 256 random bits. */
function newSecret(): string {
  let secret = 'rbk_';
  while (secret.length < 47) {
    for (const byte of randomBytes(64)) {
      // 248 is the largest multiple of 62 in a byte. Larger values would make the first characters more likely.
      if (byte < 248 && secret.length < 47) secret += alphabet[byte % 62];
    }
  }
  return secret;
}

/** Makes an API key. Its secret is returned here and never again. */
export async function createApiKey(
  db: Runner,
  projectId: string,
  input: { name: string; scopes: Scope[] },
): Promise<{ key: ApiKey; secret: string }> {
  const secret = newSecret();
  const row = await insertApiKey(db, {
    id: newId(Date.now()),
    projectId,
    name: input.name,
    hash: hashOf(secret),
    hint: secret.slice(-4),
    scopes: input.scopes,
  });
  return { key: keyView(row), secret };
}

/** Returns true if the project has or had the key, which may be revoked. */
export async function isKeyOf(db: Runner, projectId: string, secret: string): Promise<boolean> {
  return (await findApiKey(db, hashOf(secret)))?.projectId === projectId;
}

function hashOf(secret: string) {
  return createHash('sha256').update(secret).digest();
}

export async function listKeys(db: Runner, projectId: string): Promise<ApiKey[]> {
  return (await listApiKeys(db, projectId)).map(keyView);
}

export async function revokeKey(db: Runner, projectId: string, id: string): Promise<ApiKey> {
  const uuid = parseId('key', id);
  const row = uuid && (await revokeApiKey(db, projectId, uuid));
  if (!row) throw noSuch('key', id);
  return keyView(row);
}

function keyView(row: ApiKeyRow): ApiKey {
  return {
    id: formatId('key', row.id),
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: iso(row.lastUsedAt),
    expiresAt: iso(row.expiresAt),
    revokedAt: iso(row.revokedAt),
  };
}
