import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { countOpenJobs } from '#src/store/quota/count-open-jobs.ts';
import { forgetQuotaUse } from '#src/store/quota/forget-quota-use.ts';
import { lockQuotaUse } from '#src/store/quota/lock-quota-use.ts';
import { writeMeasure } from '#src/store/quota/measure-due.ts';
import { openQuotaUse } from '#src/store/quota/open-quota-use.ts';
import { readQuotasOf } from '#src/store/quota/read-quotas.ts';
import { findStoredJobIds } from '#src/store/quota/stored-job-ids.ts';
import { sumBytes } from '#src/store/quota/sum-bytes.ts';
import { writeQuotaUse } from '#src/store/quota/write-quota-use.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

const projectId = '00000000-0000-7000-8000-000000000001';
const projects = 2_000;
const jobs = 60_000;

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'quota plans', queryTimeoutMs: 60_000 });
  const id = (n: string) => `('00000000-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  await db.pool.query(
    `insert into project (id, name, quota_jobs_per_day) select ${id('n')}, 'p', 5 from generate_series(1, ${projects}) n`,
  );
  await db.pool.query(
    `insert into quota_use (project_id, hour_at, day_at, open_jobs, open_counted_at)
     select id, now(), now(), 0, now() from project`,
  );
  await db.pool.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at)
     select ${id('n + 1000000')}, ${id(`1 + n % ${projects}`)}, case when n % 50 = 0 then 'queued' else 'completed' end,
            'GET', 'http://a.test/', 'a.test', '{}', 3, now(), case when n % 50 > 0 then now() end
     from generate_series(1, ${jobs}) n`,
  );
  for (const [table, columns, values] of [
    ['job_body', 'job_id, bytes', `id, 'x'`],
    [
      'result',
      'job_id, status, headers, body, truncated, expires_at',
      `id, 200, '[]', 'x', false, now() + interval '1 day'`,
    ],
    ['attempt', 'owner_id, n, id, started_at, ended_at, outcome, worker', `id, 1, id, now(), now(), 'response', 'w'`],
    ['job_event', 'job_id, seq, attempt', 'id, 0, 1'],
    ['stat_bucket', 'scope_id, step, at, counts', `id, 600, date_trunc('hour', now()), '{}'`],
  ] as const)
    await db.pool.query(`insert into ${table} (${columns}) select ${values} from job`);
  await db.pool.query('vacuum analyze');
}, 120_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const row = {
  ...{ projectId, openJobsLimit: null, jobsPerHourLimit: null, jobsPerDayLimit: 5, storedBytesLimit: null },
  ...{ hourAt: new Date(), hourJobs: 0, dayAt: new Date(), dayJobs: 0, openJobs: 0, openCountedAt: new Date() },
  ...{ storedBytes: 0, addedBytes: 0, measuredAt: null, measureAt: new Date(), nowAt: new Date() },
};

const tables = ['job', 'job_body', 'result', 'attempt', 'job_event', 'quota_use', 'project', 'stat_bucket'];
const statements: [what: string, act: (tx: Tx) => Promise<unknown>][] = [
  ['holding', (tx) => lockQuotaUse(tx, [projectId])],
  ['writing', (tx) => writeQuotaUse(tx, [row])],
  ['making a row', (tx) => openQuotaUse(tx, [projectId])],
  ['counting open jobs', (tx) => countOpenJobs(tx, projectId, 100)],
  ['looking for stored jobs', (tx) => findStoredJobIds(tx, [projectId])],
  ['reading where a project stands', (tx) => readQuotasOf(tx, projectId)],
  ['a step over jobs', (tx) => sumBytes(tx, 'jobs', { projectId, afterId: projectId })],
  ['a step over deliveries', (tx) => sumBytes(tx, 'deliveries', { projectId, afterId: projectId })],
  ['writing a measurement', (tx) => writeMeasure(tx, { projectId, addedBytes: 0, bytes: 0, restSeconds: 60 })],
  ['forgetting', (tx) => forgetQuotaUse(tx, projectId)],
];

describe('a statement of quotas reads none of these tables as a whole', () => {
  it.each(statements)('%s', async (_what, act) => {
    for (const plan of await plansOf(db, act))
      for (const table of tables) expect(plan).not.toMatch(new RegExp(`Seq Scan on ${table}\\b`));
  });
});
