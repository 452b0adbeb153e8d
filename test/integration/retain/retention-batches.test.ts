import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { type Reached, retainOnce } from '#src/store/retention/expired-rows.ts';
import { deleteOldDeliveries, deleteOldRuns } from '#src/store/retention/project-retention.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

const oldestAuditId = '00000000-0000-7000-8000-000000000000';
const firstId = '00000000-0000-0000-0000-000000000000';
const project = randomUUID();
let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'batches' });
  await db.query(`insert into project (id, name) values ($1, 'batches')`, [project]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const count = async (table: string) => (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n;

const expired: [table: string, insert: string][] = [
  [
    'result',
    `insert into result (job_id, status, headers, body, truncated, expires_at) values ($1, 200, '[]', '', false, $2)`,
  ],
  ['job_body', `insert into job_body (job_id, bytes, erase_at) values ($1, '', $2)`],
  ['job_secret', `insert into job_secret (job_id, sealed, erase_at) values ($1, '', $2)`],
  [
    'idempotency_key',
    `insert into idempotency_key (project_id, key, job_id, fingerprint, expires_at) values ('${project}', $1::uuid::text, $1, '', $2)`,
  ],
];

it.each(expired)(
  'batches of expired rows of %s go on from each other, and leave what is older',
  async (table, insert) => {
    const add = (secondsAgo: number) => db.query(insert, [randomUUID(), new Date(Date.now() - secondsAgo * 1_000)]);
    const reached: Reached = new Map();
    await add(3_600);
    await add(600);
    expect(await retainOnce(db, { oldestAuditId, reached })).toBe(2);
    await add(1_200);
    await add(600);
    await add(-3_600);
    expect(await retainOnce(db, { oldestAuditId, reached })).toBe(1);
    expect(await retainOnce(db, { oldestAuditId, reached })).toBe(0);
    // The next run begins anew.
    expect(await retainOnce(db, { oldestAuditId })).toBe(1);
    expect(await count(table)).toBe(1);
  },
);

it('batches of more rows than one holds delete all of them, each once', async () => {
  await db.query(
    `insert into job_secret (job_id, sealed, erase_at)
     select gen_random_uuid(), '', now() - (n % 3) * interval '1 min' from generate_series(1, 11000) as n`,
  );
  const reached: Reached = new Map();
  const gone: number[] = [];
  do gone.push(await retainOnce(db, { oldestAuditId, reached }));
  while (gone.at(-1) !== 0);
  expect(gone).toEqual([5_000, 5_000, 1_000, 0]);
});

const old: [table: string, act: typeof deleteOldRuns, insert: string][] = [
  [
    'delivery',
    deleteOldDeliveries,
    `insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, ended_at)
     values ($1, $2, $1, $1, 'job.completed', true, 'url', 'http://x.test/', 'full', 'delivered', now() - interval '40 days')`,
  ],
  [
    'run',
    deleteOldRuns,
    `insert into run (id, project_id, name, url, state, labels, turn_job_id, token_hash, secret, deadline_at, ended_at)
     values ($1, $2, 'r', 'http://x.test/', 'completed', '{}', $1, '', '', now(), now() - interval '40 days')`,
  ],
];

it.each(old)('batches of old rows of %s go on from each other', async (_table, act, insert) => {
  const outlived = { projectId: project, beforeId: 'f0000000-0000-7000-8000-000000000000', days: 30 };
  const id = (n: number) => `${n}0000000-0000-7000-8000-000000000000`;
  const add = (n: number) => db.query(insert, [id(n), project]);
  await add(1);
  await add(3);
  const first = await act(db, outlived, firstId);
  expect(first).toEqual({ gone: 2, last: id(3) });
  await add(2);
  await add(4);
  expect(await act(db, outlived, first.last ?? '')).toEqual({ gone: 1, last: id(4) });
  expect(await act(db, outlived, id(4))).toEqual({ gone: 0, last: null });
  expect(await act(db, outlived, firstId)).toEqual({ gone: 1, last: id(2) });
});
