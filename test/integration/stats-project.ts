import { createHash, randomUUID } from 'node:crypto';
import type { Db } from '#src/store/pool.ts';

/** A project with a key of its own, in which nothing has happened yet. */
export async function addProject(db: Db): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  const key = `rbk_${randomUUID().replaceAll('-', '')}stat`;
  await db.pool.query(`insert into project (id, name) values ($1, 'statistics')`, [id]);
  await db.pool.query(
    `insert into api_key (id, project_id, name, hash, hint, scopes) values (gen_random_uuid(), $1, 'test', $2, 'stat', '{admin}')`,
    [id, createHash('sha256').update(key).digest()],
  );
  return { id, key };
}
