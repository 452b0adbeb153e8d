import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Operation } from '#src/contract/job/operation.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
});
afterEach(() => endWorkerProcesses());
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const sql = async (text: string, values: unknown[] = []) => (await ringback.db.pool.query(text, values)).rows;
const get = async (id: string) =>
  (await ringback.call<Operation>('operations.get', { id }, { query: true })).body.result.data;

async function submitMany(count: number, job: object): Promise<void> {
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs: Array(count).fill(job) });
  expect(body.result.data.results.every((result) => result.ok)).toBe(true);
}

/** Kills the worker again and again while an operation goes on, each time after it has come a little further. */
async function killOften(id: string): Promise<Operation> {
  for (let kills = 0; kills < 4; kills++) {
    const worker = await startWorkerProcess(ringback);
    const { done } = await get(id);
    await expect.poll(async () => (await get(id)).done, { timeout: 30_000, interval: 10 }).toBeGreaterThan(done);
    worker.signal('SIGKILL');
    await worker.ended;
  }
  expect((await get(id)).state).toBe('running');
  await startWorkerProcess(ringback);
  await expect.poll(async () => (await get(id)).state, { timeout: 60_000 }).toBe('completed');
  return get(id);
}

it('a worker killed again and again while it runs jobs again: each has run again once', async () => {
  const label = randomUUID();
  await submitMany(400, { url: `${target.url}/status/404`, labels: [label] });
  await ringback.startWorker();
  const failed = async () =>
    (await sql(`select count(*)::int as n from job where state = 'failed' and $1 = any(labels)`, [label]))[0]?.n;
  await expect.poll(failed, { timeout: 60_000 }).toBe(400);
  await ringback.stopWorker();
  const started = await ringback.call<Operation>('jobs.rerunMany', { jobs: { filter: { label } }, perSecond: 40 });
  expect(await killOften(started.body.result.data.id)).toMatchObject({ total: 400, done: 400, failed: 0 });
  const again = await sql(
    'select rerun_of, count(*)::int as n from job where rerun_of is not null and $1 = any(labels) group by 1',
    [label],
  );
  expect(again).toHaveLength(400);
  expect(again.every((row) => row.n === 1)).toBe(true);
}, 240_000);

it('a worker killed again and again while it cancels: all are cancelled, each with one event', async () => {
  const label = randomUUID();
  const job = { url: `${target.url}/json`, delaySeconds: 3_600, labels: [label], callback: `${target.url}/json` };
  await submitMany(400, job);
  const started = await ringback.call<Operation>('jobs.cancelMany', { jobs: { filter: { label } }, perSecond: 40 });
  expect(await killOften(started.body.result.data.id)).toMatchObject({ total: 400, done: 400, failed: 0 });
  const [states] = await sql(
    `select count(*) filter (where state = 'cancelled')::int as cancelled, count(*)::int as n from job where $1 = any(labels)`,
    [label],
  );
  expect(states).toEqual({ cancelled: 400, n: 400 });
  const [events] = await sql(
    `select count(*)::int as n, count(distinct d.job_id)::int as jobs from delivery d join job j on j.id = d.job_id where $1 = any(j.labels)`,
    [label],
  );
  expect(events).toEqual({ n: 400, jobs: 400 });
}, 240_000);
