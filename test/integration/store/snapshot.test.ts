import { expect, it, onTestFinished } from 'vitest';
import { openSnapshot } from '#src/store/backup/open-snapshot.ts';
import { makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase } from '#test/support/database.ts';

it('a snapshot sees no row that was stored, changed or deleted after it was opened, and makes nobody wait', async () => {
  const database = await makeTestDatabase();
  const db = makeDb(database.url, { max: 2, name: 'test' });
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  await db.query(`insert into project (id, name) values (gen_random_uuid(), 'before'), (gen_random_uuid(), 'deleted')`);
  const snapshot = await openSnapshot(database.url);
  onTestFinished(() => snapshot.close());
  await db.query(`insert into project (id, name) values (gen_random_uuid(), 'later')`);
  await db.query(`update project set name = 'changed' where name = 'before'`);
  await db.query(`delete from project where name = 'deleted'`);
  const table = snapshot.tables.find((one) => one.table === 'project');
  if (table === undefined) throw new Error('the projects are not in the snapshot');
  const chunks: Buffer[] = [];
  for await (const chunk of snapshot.rows(table)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  for (const name of ['before', 'deleted']) expect(text).toContain(name);
  for (const name of ['later', 'changed']) expect(text).not.toContain(name);
  expect(snapshot.tables.map((one) => one.table)).not.toContain('worker');
});
