import { expect, it, onTestFinished } from 'vitest';
import { makeDb } from '#src/store/db/database.ts';
import { movedTables } from '#src/store/move/moved-tables.ts';
import { readMovedRows } from '#src/store/move/read-moved-rows.ts';
import { makeTestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

it('the flows of a project are read by an index, however many lines there are', async () => {
  const database = await makeTestDatabase();
  const db = makeDb(database.url, { max: 2, name: 'test', queryTimeoutMs: 60_000 });
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  await db.query(
    `insert into line (id, project_id, kind, key, fixed)
     select gen_random_uuid(), ('00000000-0000-7000-8000-00000000000' || n % 10)::uuid, 'flow', n::text, n % 500 = 0
     from generate_series(1, 20000) n`,
  );
  await db.query('analyze line');
  const [flows] = movedTables.filter(({ table }) => table === 'line');
  if (flows === undefined) throw new Error('flows are not moved');
  const plans = await plansOf(db, (tx) =>
    readMovedRows(tx, flows, {
      ...{ projectId: '00000000-0000-7000-8000-000000000001', afterId: '80000000-0000-0000-0000-000000000000' },
      ...{ columns: ['id', 'key'], limit: 200 },
    }),
  );
  for (const plan of plans) {
    expect(plan).toMatch(/line_pkey|line_project_id_kind_key_key/);
    expect(plan).not.toContain('Seq Scan');
  }
});
