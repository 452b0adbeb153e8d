import type { Db, Tx } from '#src/store/db/database.ts';

export type ApiKeyRow = {
  id: string;
  project_id: string;
  name: string;
  hint: string;
  scopes: string[];
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
};

const columns = 'id, project_id, name, hint, scopes, created_at, last_used_at, expires_at, revoked_at';

export async function findApiKey(db: Db, hash: Uint8Array): Promise<ApiKeyRow | undefined> {
  const rows = await db.run<ApiKeyRow>('find_api_key', `select ${columns} from api_key where hash = $1`, [hash]);
  return rows[0];
}

export async function touchApiKey(db: Db, id: string): Promise<void> {
  await db.run('touch_api_key', 'update api_key set last_used_at = now() where id = $1', [id]);
}

export function listApiKeys(db: Db, projectId: string): Promise<ApiKeyRow[]> {
  return db.run<ApiKeyRow>(
    'list_api_keys',
    `select ${columns} from api_key where project_id = $1 order by id desc limit 500`,
    [projectId],
  );
}

export async function insertApiKey(
  runner: Pick<Db, 'run'> | Pick<Tx, 'run'>,
  key: { id: string; projectId: string; name: string; hash: Uint8Array; hint: string; scopes: string[] },
): Promise<ApiKeyRow> {
  const rows = await runner.run<ApiKeyRow>(
    'insert_api_key',
    `insert into api_key (id, project_id, name, hash, hint, scopes) values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    [key.id, key.projectId, key.name, key.hash, key.hint, key.scopes],
  );
  return rows[0] as ApiKeyRow;
}

/** Revokes a key of the project; undefined when there is none. Revoking twice keeps the first time. */
export async function revokeApiKey(db: Db, projectId: string, id: string): Promise<ApiKeyRow | undefined> {
  const rows = await db.run<ApiKeyRow>(
    'revoke_api_key',
    `update api_key set revoked_at = coalesce(revoked_at, now()) where project_id = $1 and id = $2 returning ${columns}`,
    [projectId, id],
  );
  return rows[0];
}
