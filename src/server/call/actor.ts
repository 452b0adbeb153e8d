import { createHash } from 'node:crypto';
import type { Scope } from '#src/contract/project/scope.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Db } from '#src/store/db/database.ts';
import { type ApiKeyRow, findApiKey, touchApiKey } from '#src/store/people/api-key-rows.ts';

/** The caller: an API key or a signed-in person, always in one project. */
export type Actor = {
  kind: 'key' | 'user';
  /** The key's UUID or the user's id. */
  id: string;
  /** The key's name or the person's e-mail address. */
  name: string;
  projectId: string;
  scopes: ReadonlySet<Scope>;
  /** The id of the person's session, or null for an API key. */
  sessionId: string | null;
};

/** Refuses an actor that lacks the scope. `admin` includes all others, `jobs:write` includes `jobs:read`. */
export function requireScope(actor: Actor, scope: Scope): Actor {
  const { scopes } = actor;
  if (scopes.has(scope) || scopes.has('admin') || (scope === 'jobs:read' && scopes.has('jobs:write'))) return actor;
  throw new Refusal(
    'missing_scope',
    `this needs the scope ${scope}; the ${actor.kind} has ${[...scopes].join(', ') || 'none'}`,
  );
}

/** Refuses an actor that has none of the scopes. */
export function requireAnyScope(actor: Actor, anyOf: readonly Scope[]): Actor {
  if (anyOf.some((scope) => actor.scopes.has(scope)) || actor.scopes.has('admin')) return actor;
  throw new Refusal(
    'missing_scope',
    `this needs the scope ${anyOf.join(' or ')}; the ${actor.kind} has ${[...actor.scopes].join(', ') || 'none'}`,
  );
}

const cacheMs = 1_000;
const touchMs = 60_000;

const keyShape = /^rbk_[0-9A-Za-z_-]+$/;
const whereKeysAre =
  'The first key is in `.ringback/credentials.json`, where the server was started; more are made in the dashboard, under API keys.';
const wrongShape = `send an API key as \`Authorization: Bearer rbk_…\`. ${whereKeysAre}`;

/**
 * Finds the actor of an API key by the key's hash. The result is cached for one second, so a revocation takes effect
 * within that time.
 */
export function makeKeyAuth(db: Db): { authenticate(authorization: string): Promise<Actor>; forget(): void } {
  const cache = new Map<string, { until: number; row: ApiKeyRow | null }>();
  const touched = new Map<string, number>();

  const lookUp = async (secret: string): Promise<ApiKeyRow | null> => {
    const known = cache.get(secret);
    if (known && known.until > Date.now()) return known.row;
    const row = await findApiKey(db, createHash('sha256').update(secret).digest());
    if (cache.size > 1_000) cache.clear();
    cache.set(secret, { until: Date.now() + cacheMs, row });
    return row;
  };
  /** Stores the time of a key's last use, at most once a minute. */
  const touch = (id: string) => {
    if ((touched.get(id) ?? 0) > Date.now() - touchMs) return;
    touched.set(id, Date.now());
    void touchApiKey(db, id).catch(() => undefined);
  };

  return {
    async authenticate(authorization) {
      const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (secret === undefined || !keyShape.test(secret)) throw new Refusal('unauthorized', wrongShape);
      const row = await lookUp(secret);
      if (!row) {
        const shown = `${secret.slice(0, 4)}…${secret.slice(-4)}`;
        throw new Refusal(
          'unauthorized',
          `there is no API key ${shown} here: is it of another Ringback? ${whereKeysAre}`,
        );
      }
      if (row.revokedAt || (row.expiresAt && row.expiresAt <= new Date())) {
        throw new Refusal('key_revoked', `the API key "${row.name}" (…${row.hint}) was revoked or has expired`);
      }
      touch(row.id);
      const scopes = new Set(row.scopes);
      return { kind: 'key', id: row.id, name: row.name, projectId: row.projectId, scopes, sessionId: null };
    },
    forget: () => cache.clear(),
  };
}
