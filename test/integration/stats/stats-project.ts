import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TestRingback } from '#test/support/ringback.ts';

/** A project with a key and a signing secret of its own, in which nothing has happened yet. */
export async function addProject(ringback: TestRingback): Promise<{ id: string; key: string }> {
  const { pool } = ringback.db;
  const id = randomUUID();
  const key = `rbk_${randomUUID().replaceAll('-', '')}stat`;
  await pool.query(`insert into project (id, name) values ($1, 'statistics')`, [id]);
  await pool.query(
    `insert into api_key (id, project_id, name, hash, hint, scopes) values (gen_random_uuid(), $1, 'test', $2, 'stat', '{admin}')`,
    [id, createHash('sha256').update(key).digest()],
  );
  const { body } = await ringback.call('project.rotateWebhookSecret', {}, { key });
  expect(body.error).toBeUndefined();
  return { id, key };
}
