import { expect, it, onTestFinished } from 'vitest';
import { makeDb } from '#src/store/db/database.ts';
import { countSeals } from '#src/store/rotate/count-seals.ts';
import { findOlderSeals } from '#src/store/rotate/find-older-seals.ts';
import { readSeals } from '#src/store/rotate/read-seals.ts';
import { replaceSeals } from '#src/store/rotate/replace-seals.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { makeTestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

it('a rotation goes through large tables by their primary keys, a page at a time', async () => {
  const database = await makeTestDatabase();
  const db = makeDb(database.url, { max: 2, name: 'test', queryTimeoutMs: 60_000 });
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  await db.query(
    `with made as (select gen_random_uuid() as id from generate_series(1, 20000)),
     secrets as (insert into job_secret (job_id, sealed, callback_sealed) select id, '\\x01016b00', '\\x01016b00' from made),
     deliveries as (insert into delivery_secret (delivery_id, sealed) select id, '\\x01016b00' from made),
     sent as (insert into delivery (id, project_id, event_id, type, terminal, receiver, url, payload, state)
       select id, id, id, 'job.completed', true, 'r', 'https://a.example/', 'full', 'delivered' from made),
     runs as (insert into run (id, project_id, url, name, state, turn_job_id, token_hash, secret, deadline_at)
       select id, (select id from project limit 1), 'https://a.example/', '/', 'waiting', id, '\\x00', '\\x01016b00', now()
       from made where exists (select 1 from project))
     insert into job_body (job_id, bytes, sealed) select id, '\\x01016b00', true from made`,
  );
  await db.query('analyze job_secret, job_body, delivery_secret, delivery');
  const grown = sealedColumns.filter(({ grows, table }) => grows && table !== 'run');
  expect(grown).toHaveLength(4);
  for (const column of grown) {
    const afterId = '80000000-0000-0000-0000-000000000000';
    const plans = await plansOf(db, async (tx) => {
      await countSeals(tx, column, { afterId, rows: 100 });
      await findOlderSeals(tx, column, { currentKeyId: 'k', afterId, rows: 100 });
      await readSeals(tx, column, [afterId, afterId]);
      await replaceSeals(tx, column, [{ id: afterId, before: Buffer.alloc(4), after: Buffer.alloc(4) }]);
    });
    expect(plans).toHaveLength(8);
    for (const plan of plans) {
      expect(plan).toContain(`using ${column.table}_pkey`);
      expect(plan).not.toContain('Seq Scan');
    }
  }
});
