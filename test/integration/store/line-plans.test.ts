import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { admitDue, admitLost } from '#src/store/job/admission.ts';
import { findCandidates } from '#src/store/job/claim-jobs.ts';
import { findCredentials } from '#src/store/job/credential-rows.ts';
import { listCoolDowns, lockFreeCoolDowns, markCooling } from '#src/store/line/cool-down-rows.ts';
import { countUnderWay, lockDueLines, lockFirstJobs, nextWakeMs, wakeLines } from '#src/store/line/due-lines.ts';
import { findFlow } from '#src/store/line/flow-rows.ts';
import { findLines, joinLines, openLines } from '#src/store/line/join-lines.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { beginPause, endPause, listPauses, listPausesOf, wakeAfterPause } from '#src/store/line/pause-rows.ts';
import { repairLines } from '#src/store/line/repair-lines.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

const projectId = '00000000-0000-7000-8000-000000000001';
const flows = 2_000;
const waiting = 50_000;

let database: TestDatabase;
let db: Db;
let ids: string[];
let lines: string[];

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'line plans', queryTimeoutMs: 60_000 });
  await db.pool.query(`insert into project (id, name) values ('${projectId}', 'plans')`);
  lines = Array.from({ length: flows }, (_, n) => lineIdOf({ projectId, kind: 'flow', key: `key ${n}` }));
  await db.pool.query(
    `insert into line (id, project_id, kind, key, concurrency, wake_at)
     select id, '${projectId}', 'flow', 'key ' || n - 1, 2, now() + interval '10 s' from unnest($1::uuid[]) with ordinality as t(id, n)`,
    [lines],
  );
  // Half of what waits is in one line, the rest is spread over all.
  await db.pool.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, next_attempt_at, flow_id, line_id,
                      wait_reason, priority)
     select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
            '${projectId}', case when n % 20 = 0 then 'in_progress' else 'queued' end, 'GET', 'http://host.test/' || n, 'host.test', '{}', 25, now(),
            now(), l, case when n % 20 <> 0 then l end, 'flow', n % 3
     from generate_series(1, ${waiting}) as n, lateral (select ($1::uuid[])[case when n % 2 = 0 then 1 else n % ${flows} + 1 end] as l) as line`,
    [lines],
  );
  await db.pool.query(`insert into job_body (job_id, bytes) select id, 'body' from job`);
  await db.pool.query(`insert into job_request (job_id, headers, options) select id, '[]', '{}' from job`);
  await db.pool.query('analyze');
  const { rows } = await db.pool.query<{ id: string }>(
    `select id from job where state = 'queued' order by id limit 200`,
  );
  ids = rows.map(({ id }) => id);
}, 120_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const use = (id: string, n: number) => ({
  ...{ id, projectId, kind: 'flow' as const, key: `key ${n}`, concurrency: 3, rate: null },
});

describe('with 2,000 flows and 50,000 jobs that wait in them', () => {
  const statements: [what: string, act: (tx: Tx) => Promise<unknown>][] = [
    ['looking at 128 due jobs', (tx) => findCandidates(tx, ids.slice(0, 128))],
    ['locking the lines whose time has come', (tx) => lockDueLines(tx, [], 50)],
    ['counting what is under way in 50 flows', (tx) => countUnderWay(tx, lines.slice(0, 50))],
    [
      'finding the first jobs of 50 lines',
      (tx) =>
        lockFirstJobs(
          tx,
          lines.slice(0, 50).map((lineId) => ({ lineId, count: 3 })),
          { crowded: [], paused: [] },
        ),
    ],
    [
      'finding the first jobs of 50 lines while a host is paused',
      (tx) =>
        lockFirstJobs(
          tx,
          lines.slice(0, 50).map((lineId) => ({ lineId, count: 3 })),
          { crowded: ['http://a.test/'], paused: [{ projectId, key: 'b.test' }] },
        ),
    ],
    ['listing what is paused', (tx) => listPauses(tx)],
    ['listing what is paused in a project', (tx) => listPausesOf(tx, projectId)],
    ['pausing a host', (tx) => beginPause(tx, { projectId, key: 'a.test' })],
    ['ending a pause', (tx) => endPause(tx, { projectId, key: 'a.test' })],
    ['looking at the lines of a project again', (tx) => wakeAfterPause(tx, [projectId])],
    ['looking when a line is next', (tx) => nextWakeMs(tx)],
    ['waking 100 lines', (tx) => wakeLines(tx, lines.slice(0, 100))],
    [
      'joining lines',
      (tx) =>
        joinLines(
          tx,
          ids.map((id) => ({ id, lineId: lines[0] ?? '', waitReason: 'flow' })),
        ),
    ],
    ['opening 100 lines', (tx) => openLines(tx, lines.slice(0, 100).map(use))],
    ['finding 100 lines', (tx) => findLines(tx, lines.slice(0, 100))],
    ['showing a flow', (tx) => findFlow(tx as unknown as Db, projectId, lines[0] ?? '')],
    ['reading the credentials of 100 jobs', (tx) => findCredentials(tx, ids.slice(0, 100))],
    ['locking cool-downs that are free', (tx) => lockFreeCoolDowns(tx, lines.slice(0, 50))],
    ['listing cool-downs', (tx) => listCoolDowns(tx as unknown as Db)],
    [
      'marking what waits for a cool-down',
      (tx) =>
        markCooling(
          tx,
          ids.map((id) => ({ id, untilMs: Date.now() })),
        ),
    ],
    ['repairing lines', (tx) => repairLines(tx as unknown as Db)],
    ['admitting what is due, which nothing in a line is', (tx) => admitDue(tx, 'fetch', 10_000, 1_000)],
    ['admitting what was lost', (tx) => admitLost(tx, 'fetch', 15, 1_000)],
  ];

  it.each(statements)('%s reads no table of jobs from end to end', async (_what, act) => {
    for (const plan of await plansOf(db, act)) expect(plan).not.toMatch(/Seq Scan on (job|job_request|job_body)\b/);
  });

  it('the first jobs of the longest line are read, and not the whole line', async () => {
    const rows = await db.transaction(async (tx) => {
      const search = (t: Tx) => lockFirstJobs(t, [{ lineId: lines[0] ?? '', count: 3 }], { crowded: [], paused: [] });
      const explain = {
        ...tx,
        run: async (_name: string, text: string, values?: unknown[]) =>
          tx.query<{ 'QUERY PLAN': { Plan: object }[] }>(`explain (analyze, buffers, format json) ${text}`, values),
      };
      return search(explain as unknown as Tx) as unknown as Promise<{ 'QUERY PLAN': unknown }[]>;
    });
    const plan = JSON.stringify(rows[0]?.['QUERY PLAN']);
    const hits = /"Shared Hit Blocks":(\d+)/.exec(plan)?.[1];
    expect(Number(hits)).toBeLessThan(100);
  });
});
