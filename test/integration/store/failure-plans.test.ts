import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { findFailureGroups, lookedAtOfKind } from '#src/store/stats/failure-groups.ts';
import { countFailuresOfKind } from '#src/store/stats/failures-of-kind.ts';
import { findJobFailure } from '#src/store/stats/job-failure.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

const project = '00000000-0000-7000-8000-00000000000b';
const failedJobs = 50_000;
const kinds = 40;

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(`${database.url}?options=-c%20random_page_cost%3D1.1`, {
    max: 3,
    name: 'failure-plans',
    queryTimeoutMs: 60_000,
  });
  await db.pool.query(`insert into project (id, name) values ($1, 'failures')`, [project]);
  await db.pool.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, ended_at, failure)
     select gen_random_uuid(), $1, case when n % 4 = 0 then 'completed' else 'failed' end, 'GET', 'http://a.test', 'a.test', '{}', 1,
       now() - n * interval '1 ms', case when n % 4 > 0 then 'a.test ' || n % $2 end
     from generate_series(1, $3::int) as n`,
    [project, kinds, failedJobs],
  );
  await db.pool.query(
    `insert into delivery (id, project_id, event_id, type, terminal, receiver, url, payload, state, ended_at, failure)
     select gen_random_uuid(), $1, gen_random_uuid(), 'job.completed', false, 'r', 'http://a.test/', 'full',
       case when n % 4 = 0 then 'delivered' else 'failed' end, now(), case when n % 4 > 0 then 'a.test ' || n % $2 end
     from generate_series(1, $3::int) as n`,
    [project, kinds, failedJobs],
  );
  for (const table of ['job', 'delivery']) await db.pool.query(`vacuum (analyze) ${table}`);
}, 120_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const hour = () => ({ projectId: project, from: new Date(Date.now() - 3_600_000), to: new Date(), steps: 24 });

describe('on 75,000 failures', () => {
  it.each(['job', 'delivery'] as const)('of a %s, grouping reads an index alone', async (table) => {
    const plans = await plansOf(db, (tx) => findFailureGroups(tx as unknown as Db, table, hour()));
    for (const plan of plans) {
      const scans = plan.split('\n').filter((line) => / on (job|delivery) /.test(line));
      expect(scans.length).toBeGreaterThanOrEqual(2);
      for (const scan of scans) expect(scan).toContain(`Index Only Scan using ${table}_failure_idx`);
    }
  });

  it('all kinds are found, and of each no more is counted than the limit', async () => {
    const groups = await findFailureGroups(db, 'job', hour());
    expect(groups).toHaveLength(kinds - kinds / 4);
    const each = failedJobs / kinds;
    expect(each).toBeLessThan(lookedAtOfKind);
    expect(groups.every(({ count, capped }) => count === each && !capped)).toBe(true);
    await db.pool.query(`update job set failure = 'a.test 1' where project_id = $1 and failure = any($2)`, [
      ...[project, ['a.test 2', 'a.test 3']],
    ]);
    const [most] = await findFailureGroups(db, 'job', hour());
    expect(most).toMatchObject({ failure: 'a.test 1', count: lookedAtOfKind, capped: true });
  });

  it('those like a job are counted along the index', async () => {
    const asked = { projectId: project, failure: 'a.test 1', from: new Date(Date.now() - 3_600_000) };
    for (const plan of await plansOf(db, (tx) => countFailuresOfKind(tx as unknown as Db, asked))) {
      expect(plan).toContain('using job_failure_idx');
      expect(plan).toContain('Limit');
    }
    expect((await countFailuresOfKind(db, asked)).looked).toBe(lookedAtOfKind);
  });

  it('how a job failed is read by its id', async () => {
    const asked = { projectId: project, id: project, minutes: 60 };
    for (const plan of await plansOf(db, (tx) => findJobFailure(tx as unknown as Db, asked)))
      expect(plan).toMatch(/Index Scan using job_pkey/);
  });
});
