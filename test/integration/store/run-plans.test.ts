import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPage } from '#src/engine/run/read-runs.ts';
import { markWatched } from '#src/store/dashboard/watched.ts';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { deleteOldRuns } from '#src/store/retention/project-retention.ts';
import { listRuns } from '#src/store/run/list-runs.ts';
import { findOpenRunJobs, findRunJobs, findStepRequests } from '#src/store/run/run-job-rows.ts';
import {
  countOtherParts,
  countRunParts,
  findRunParts,
  finishWork,
  insertRunParts,
  lookAtCallback,
  lookAtParts,
  numberEnds,
  receiveCallback,
} from '#src/store/run/run-part-rows.ts';
import {
  endRuns,
  findRetries,
  findRun,
  findRunByKey,
  findUnreleasedRuns,
  holdTurns,
  letRunWait,
  lockDueRuns,
  lockRuns,
  releaseRun,
  startTurns,
} from '#src/store/run/run-rows.ts';
import { findRunStates } from '#src/store/run/run-states.ts';
import { claimStep, findStep, finishStep, releaseStep } from '#src/store/run/run-step-rows.ts';
import { tallyRuns } from '#src/store/run/run-tally-rows.ts';
import type { PageWanted } from '#src/store/search/stretch.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { plansOf } from '#test/support/plans.ts';

const projectId = '00000000-0000-7000-8000-000000000001';
const count = 40_000;

let database: TestDatabase;
let db: Db;
let ids: string[];

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'run plans', queryTimeoutMs: 60_000 });
  const id = (n: string) =>
    `(lpad(to_hex((extract(epoch from now() - ${n} * interval '1 min') * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(${n}), 12, '0'))::uuid`;
  await db.pool.query(`
    insert into project (id, name) values ('${projectId}', 'plans');
    insert into run (id, project_id, url, name, state, payload, labels, idempotency_key, turn_job_id, token_hash, secret, wake_at, created_at,
                     deadline_at, ended_at, released_at, expires_at)
    select ${id('n')}, '${projectId}', 'http://app.test/route', case when n = ${count} then '/once' else '/route' end,
      case when n % 100 = 0 then 'waiting' when n % 100 = 1 then 'failed' when n % 100 = 2 then 'cancelled' else 'completed' end, '1',
      case when n = ${count} then array['rare'] when n % 2 = 0 then array['common'] else '{}' end, 'key ' || n, gen_random_uuid(), '', '',
      case when n % 100 = 0 then now() + n * interval '1 min' end, now() - n * interval '1 min', now() + interval '1 day',
      case when n % 100 <> 0 then now() - interval '1 day' end, case when n % 1000 <> 2 then now() end,
      case when n % 100 <> 0 then now() + interval '1 day' end
    from generate_series(1, ${count}) as n;
    insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at, run_id)
    select id, project_id, 'completed', 'POST', url, 'app.test', '{}', 25, created_at, now(), id from run;
    insert into result (job_id, status, headers, body, truncated, expires_at) select id, 200, '[]', 'text', false, now() from job;
    insert into run_part (run_id, key, kind, n, job_id, due_at, ended_at)
    select id, 'one', 'request', 1, id, null, now() from run union all
    select id, 'two', 'sleep', 2, null, now(), null from run where state = 'waiting';
    insert into run_step (project_id, run_id, key, leased_until, expires_at)
    select '${projectId}', 'run ' || n, 'step', now(), now() + interval '1 day' from generate_series(1, ${count}) as n`);
  await db.pool.query('vacuum (analyze)');
  const { rows } = await db.pool.query<{ id: string }>('select id from run order by id desc');
  ids = rows.map((row) => row.id);
}, 120_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

const one = () => ids[100] ?? '';
const some = (n: number) => ids.slice(0, n);
const step = { projectId, run: 'run 7', key: 'step' };
const lease = { claimId: randomUUID(), leaseSeconds: 30, keptSeconds: 60 };
const end = (id: string) => ({ id, state: 'completed' as const, result: '1', error: null });
const turn = (id: string) => ({ id, turn: 2, jobId: randomUUID(), tokenHash: Buffer.alloc(32) });
const part = (runId: string) => ({ runId, key: 'k', kind: 'callback' as const, n: 1, jobId: null, waitSeconds: 60 });

describe('with 40,000 runs, their jobs and their steps', () => {
  const statements: [what: string, act: (tx: Tx) => Promise<unknown>][] = [
    ['reading a run', (tx) => findRun(tx, projectId, one())],
    ['reading the run of a key', (tx) => findRunByKey(tx, projectId, 'key 7')],
    ['locking 100 runs', (tx) => lockRuns(tx, some(100))],
    ['locking the runs whose time has come', (tx) => lockDueRuns(tx, 100)],
    [
      'holding the turns of 100 runs',
      (tx) =>
        holdTurns(
          tx,
          some(100).map((id) => ({ id, turn: 1 })),
        ),
    ],
    ['starting 100 turns', (tx) => startTurns(tx, some(100).map(turn))],
    ['letting a run wait', (tx) => letRunWait(tx, one(), ['one', 'two'])],
    ['ending 100 runs', (tx) => endRuns(tx, some(100).map(end), 60)],
    ['reading retries', (tx) => findRetries(tx, one())],
    ['finding cancelled runs with open jobs', (tx) => findUnreleasedRuns(tx as unknown as Db, 100)],
    ['reading the states of 200 runs', (tx) => findRunStates(tx as unknown as Db, some(200))],
    ['releasing a run', (tx) => releaseRun(tx, one())],
    ['reading the jobs of a run', (tx) => findRunJobs(tx, one())],
    ['finding the open jobs of a run', (tx) => findOpenRunJobs(tx, one(), 100)],
    ['reading the requests of 100 steps', (tx) => findStepRequests(tx, some(100))],
    ['reading the steps of a run', (tx) => findRunParts(tx, one())],
    ['counting the steps of a run', (tx) => countRunParts(tx, one())],
    ['counting the other steps of a run', (tx) => countOtherParts(tx, one(), ['one', 'two'])],
    ['storing 100 steps', (tx) => insertRunParts(tx, some(100).map(part))],
    ['ending a step', (tx) => finishWork(tx, one(), { key: 'k', n: 1, result: '1' })],
    ['numbering what has ended', (tx) => numberEnds(tx, one())],
    ['looking at steps', (tx) => lookAtParts(tx, one(), ['one', 'two'])],
    ['receiving a callback', (tx) => receiveCallback(tx, one(), 'k', '1').catch(() => undefined)],
    ['looking whether a callback came', (tx) => lookAtCallback(tx, one(), 'k')],
    ['counting the steps of a page', (tx) => tallyRuns(tx as unknown as Db, some(26))],
    ['claiming a step of the app', (tx) => claimStep(tx as unknown as Db, step, lease)],
    ['ending a step of the app', (tx) => finishStep(tx as unknown as Db, step, { result: '1', keptSeconds: 60 })],
    ['giving back a step of the app', (tx) => releaseStep(tx as unknown as Db, step, lease.claimId)],
    ['reading a step of the app', (tx) => findStep(tx as unknown as Db, step)],
    [
      'deleting old runs',
      (tx) => deleteOldRuns(tx as unknown as Db, { projectId, beforeId: ids[20_000] ?? '', days: 30 }, ids[0] ?? ''),
    ],
    [
      'looking how watched runs stand',
      (tx) =>
        markWatched(tx, {
          ...{ jobs: [], jobLists: [], deliveryLists: [], endpointLists: [], operationLists: [] },
          ...{ runs: some(50).map((id) => ({ id, projectId })), runLists: [projectId] },
        }),
    ],
  ];

  it.each(statements)('%s reads no table from end to end', async (_what, act) => {
    for (const plan of await plansOf(db, act))
      expect(plan).not.toMatch(/Seq Scan on (run|run_part|run_step|job|result)\b/);
  });

  const page: PageWanted = { limit: 21, beforeId: null, afterId: null, direction: 'older' };
  const none = { projectId, states: [], name: null, label: null };
  const filters: [what: string, filter: Parameters<typeof listRuns>[1]][] = [
    ['nothing', none],
    ['a name', { ...none, name: '/route' }],
    ['a name of one run', { ...none, name: '/once' }],
    ['an unknown name', { ...none, name: '/nowhere' }],
    ['a common label', { ...none, label: 'common' }],
    ['a rare label', { ...none, label: 'rare' }],
    ['a state', { ...none, states: ['failed'] }],
    ['a state of no run', { ...none, states: ['running'] }],
    ['the most common state', { ...none, states: ['completed'] }],
    ['open states', { ...none, states: ['running', 'waiting'] }],
    ['all of it', { projectId, states: ['waiting'], name: '/route', label: 'rare' }],
  ];

  it.each(filters)('a list by %s reads a bounded number of runs', async (_what, filter) => {
    const read: number[] = [];
    await listRuns(
      {
        async query<Row>(text: string, values: unknown[] = []) {
          const { rows } = await db.pool.query(`explain (analyze, format json) ${text}`, values);
          read.push(rowsRead(rows[0]['QUERY PLAN'][0].Plan));
          return (await db.pool.query(text, values)).rows as Row[];
        },
      },
      filter,
      page,
    );
    for (const rows of read) expect(rows).toBeLessThanOrEqual(10_000);
  });

  it('a list by a rare label goes on where it stopped, until it finds the run', async () => {
    const found: string[] = [];
    let pages = 0;
    let cursor: string | null | undefined;
    for (; cursor !== null && pages < 10; pages += 1) {
      const answer = await runPage({ db }, projectId, { label: 'rare', ...(cursor ? { cursor } : {}) });
      expect(answer.searchedTo === null).toBe(answer.nextCursor === null);
      found.push(...answer.runs.map((run) => run.name));
      cursor = answer.nextCursor;
    }
    expect(found).toEqual(['/once']);
    expect(pages).toBeGreaterThan(3);
  });
});

type Plan = { 'Actual Rows': number; 'Rows Removed by Filter'?: number; 'Relation Name'?: string; Plans?: Plan[] };

/** Returns the number of rows of `run` that a plan has read. */
function rowsRead(plan: Plan): number {
  const own = plan['Relation Name'] === 'run' ? plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) : 0;
  return own + (plan.Plans ?? []).reduce((sum, inner) => sum + rowsRead(inner), 0);
}
