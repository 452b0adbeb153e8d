import { expect, it, onTestFinished } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { findUsedKeys } from '#src/store/doctor/used-keys.ts';
import { makeTestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

it('keys in use are looked for at both ends of large tables, by their primary keys', async () => {
  const database = await makeTestDatabase();
  const db = makeDb(database.url, { max: 2, name: 'test', queryTimeoutMs: 60_000 });
  onTestFinished(async () => {
    await db.close();
    await database.drop();
  });
  await db.query(`insert into project (id, name) values ('00000000-0000-7000-8000-000000000001', 'p')`);
  await db.query(
    `with made as (
       insert into job (id, project_id, state, method, url, host, max_attempts)
       select gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'completed', 'GET', 'https://a.example/', 'a.example', 1
       from generate_series(1, 20000) returning id),
     secrets as (insert into job_secret (job_id, sealed) select id, '\\x01016b00' from made)
     insert into job_body (job_id, bytes, sealed) select id, '\\x01016b00', true from made`,
  );
  await db.query('analyze job_secret, job_body');
  const plans = await plansOf(db, (tx) => findUsedKeys(tx as unknown as Db, 100));
  for (const plan of plans) {
    expect(plan.match(/Index Scan (Backward )?using job_secret_pkey/g)).toHaveLength(4);
    expect(plan.match(/Index Scan (Backward )?using job_body_pkey/g)).toHaveLength(2);
    expect(plan).not.toMatch(/Seq Scan on job_(secret|body)/);
  }
  expect(await findUsedKeys(db, 100)).toEqual([
    { key_id: 'k', table: 'job_body' },
    { key_id: 'k', table: 'job_secret' },
  ]);
});
