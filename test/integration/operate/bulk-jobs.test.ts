import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobPage, SubmittedJob } from '#src/contract/job/job.ts';
import type { JobCounts } from '#src/contract/job/job-filter-input.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startJobOperation } from '#src/engine/operate/job-operation.ts';
import { makeLog } from '#src/log.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const sql = async (text: string, values: unknown[] = []) => (await ringback.db.pool.query(text, values)).rows;

async function submitMany(count: number, job: object): Promise<string[]> {
  const jobs = Array.from({ length: count }, () => job);
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  return body.result.data.results.map((result) => (result.ok ? result.job.id : ''));
}

async function start(path: 'cancelMany' | 'rerunMany', input: object): Promise<Operation> {
  const { body } = await ringback.call<Operation>(`jobs.${path}`, input);
  return body.result.data;
}

const get = async (id: string) =>
  (await ringback.call<Operation>('operations.get', { id }, { query: true })).body.result.data;

async function ended(id: string, state = 'completed'): Promise<Operation> {
  await expect.poll(async () => (await get(id)).state, { timeout: 30_000 }).toBe(state);
  return get(id);
}

const list = async (filter: object) =>
  (await ringback.call<JobPage>('jobs.list', { limit: 100, ...filter }, { query: true })).body.result.data.jobs;

const statesOf = async (label: string) =>
  (
    await sql(`select state, count(*)::int as n from job where labels @> array[$1] group by state order by state`, [
      label,
    ])
  ).map((row) => [row.state, row.n]);

const countOf = async ({ id }: Operation) =>
  (await ringback.call<JobCounts>('jobs.counts', { operation: id }, { query: true })).body.result.data.all;

const lost = () => Promise.reject(new Error('the connection is lost'));

async function failedJobs(count: number, label: string, more: object = {}): Promise<string[]> {
  const job = { url: `${target.url}/status/404`, labels: [label], ...more };
  await ringback.startWorker();
  const ids = await submitMany(count, job);
  await expect.poll(() => statesOf(label), { timeout: 30_000 }).toEqual([['failed', count]]);
  return ids;
}

describe('cancelling many', () => {
  it('cancels all that a filter finds and nothing else, once each, and their receivers hear of it', async () => {
    await ringback.stopWorker();
    const label = randomUUID();
    const job = { url: `${target.url}/json`, delaySeconds: 3_600, labels: [label], callback: receiver.url };
    const ids = await submitMany(700, job);
    const [other] = await submitMany(1, { ...job, labels: ['other'] });
    const started = await start('cancelMany', { jobs: { filter: { label, state: 'scheduled' } }, perSecond: 1_000 });
    expect(started).toMatchObject({
      kind: 'cancel_jobs',
      state: 'running',
      input: { jobs: { filter: { label, state: 'scheduled' } }, perSecond: 1_000 },
      ...{ total: 700, totalCapped: false, done: 0, failed: 0, errors: [], createdBy: expect.stringMatching(/^key_/) },
    });
    // What is submitted later is not meant.
    const [later] = await submitMany(1, job);
    await ringback.startWorker();
    expect(await ended(started.id)).toMatchObject({ total: 700, done: 700, failed: 0 });
    expect(await countOf(started)).toEqual({ count: 700, capped: false });
    expect(await statesOf(label)).toEqual([
      ['cancelled', 700],
      ['scheduled', 1],
    ]);
    const states = await sql('select id, state from job where id = any($1)', [
      [other, later].map((id) => parseId('job', id ?? '')),
    ]);
    expect(states.map((row) => row.state)).toEqual(['scheduled', 'scheduled']);
    await receiver.waitFor(700, 30_000);
    const told = receiver.received.map((one) => (JSON.parse(one.body.toString()) as { data: Job }).data.id);
    expect(told.sort()).toEqual([...ids].sort());
  }, 90_000);

  it('cancels those picked, aborts what is under way, and says which had ended', async () => {
    await ringback.startWorker();
    const label = randomUUID();
    const slow = await submitMany(3, { url: `${target.url}/hang`, labels: [label] });
    const [quick = ''] = await failedJobs(1, randomUUID());
    await expect.poll(() => statesOf(label), { timeout: 20_000 }).toEqual([['in_progress', 3]]);
    const gone = 'job_01m7wd4b99ebrv4mp86mhc61ay';
    const started = await start('cancelMany', { jobs: { ids: [...slow, quick, gone, quick] } });
    expect(started).toMatchObject({ total: 5, input: { jobs: { picked: 5 } } });
    const done = await ended(started.id);
    expect(done).toMatchObject({ total: 5, done: 3, failed: 2 });
    expect(done.errors.map(({ id, code }) => [id, code]).sort()).toEqual(
      [
        [gone, 'not_found'],
        [quick, 'already_ended'],
      ].sort(),
    );
    expect(await statesOf(label)).toEqual([['cancelled', 3]]);
    await expect.poll(() => target.connections().open, { timeout: 10_000 }).toBeLessThan(3);
  }, 60_000);

  it('pressed twice is one, can be stopped, and goes on where another worker stopped', async () => {
    await ringback.stopWorker();
    const label = randomUUID();
    await submitMany(120, { url: `${target.url}/json`, delaySeconds: 3_600, labels: [label] });
    const input = { jobs: { filter: { label } }, perSecond: 20 };
    const presses = await Promise.all([1, 2, 3].map(() => start('cancelMany', input)));
    const [{ id } = { id: '' }] = presses;
    expect(new Set(presses.map((one) => one.id)).size).toBe(1);
    const other = await start('cancelMany', { ...input, perSecond: 30 });
    expect(other.id).not.toBe(id);
    await ringback.call('operations.stop', { id: other.id });
    // Two workers are no faster than one, and the first begins as soon as it runs.
    const startedAt = Date.now();
    const second = await runWorker(ringback.config, makeLog(ringback.config, { write: () => undefined }), {
      pace: testPace,
    });
    await ringback.startWorker();
    await expect.poll(async () => (await get(id)).done, { timeout: 20_000 }).toBeGreaterThanOrEqual(40);
    expect((await get(id)).done).toBeLessThanOrEqual(20 * ((Date.now() - startedAt) / 1_000 + 3));
    await second.stop();
    await ringback.call('operations.stop', { id });
    const stopped = await get(id);
    expect(stopped.state).toBe('stopped');
    // Another operation ends after it: it would have had time to go on.
    await ended((await start('cancelMany', { jobs: { filter: { label: 'nowhere' } } })).id);
    expect(await get(id)).toEqual(stopped);
    expect(await statesOf(label)).toEqual([
      ['cancelled', stopped.done],
      ['scheduled', 120 - stopped.done],
    ]);
  }, 60_000);

  it('goes through far more jobs than it looks at in one step', async () => {
    const [project] = await sql('select id from project limit 1');
    await sql(
      `insert into job (id, project_id, state, method, url, host, labels, max_attempts, next_attempt_at, run_at, created_at)
       select (lpad(to_hex((extract(epoch from now() - interval '1 hour') * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
              $1, 'scheduled', case when n in (5, 12345, 24000) then 'PURGE' else 'GET' end, 'http://x.test/' || n, 'x.test', '{}', 1,
              now() + interval '1 day', now() + interval '1 day', now() - interval '1 hour' from generate_series(1, 25000) n`,
      [project?.id],
    );
    await sql(
      `insert into job_request (job_id, headers, options) select id, '[]', '{"resultTtlSeconds":0,"policy":"default"}' from job where host = 'x.test'`,
    );
    await ringback.startWorker();
    const { id } = await start('cancelMany', { jobs: { filter: { method: 'purge' } } });
    expect(await ended(id)).toMatchObject({ done: 3, failed: 0 });
    const rows = await sql(`select method from job where host = 'x.test' and state = 'cancelled'`);
    expect(rows.map((row) => row.method)).toEqual(['PURGE', 'PURGE', 'PURGE']);
    await sql(`delete from job where host = 'x.test'`);
  }, 60_000);
});

describe('running many again', () => {
  it('runs each again once, with its secrets and body, and tells which could not be', async () => {
    const label = randomUUID();
    const job = { method: 'POST', json: { a: 1 }, headers: { authorization: 'Bearer hush' }, keepSecretsSeconds: 600 };
    const ids = await failedJobs(130, label, job);
    const poor = ids.slice(0, 30).map((id) => parseId('job', id));
    await sql('delete from job_secret where job_id = any($1)', [poor]);
    const before = target.hits('/status/404');
    const started = await start('rerunMany', { jobs: { filter: { label, state: 'failed' } }, perSecond: 500 });
    expect(started).toMatchObject({ kind: 'rerun_jobs', total: 130 });
    const done = await ended(started.id);
    expect(done).toMatchObject({ total: 130, done: 100, failed: 30 });
    expect(done.errors).toHaveLength(20);
    expect(new Set(done.errors.map(({ code }) => code))).toEqual(new Set(['secrets_erased']));
    expect(JSON.stringify(done)).not.toContain('hush');
    await expect.poll(() => target.hits('/status/404'), { timeout: 20_000 }).toBe(before + 100);
    const sent = target.requests.slice(-100);
    expect(new Set(sent.map((one) => one.headers.authorization))).toEqual(new Set(['Bearer hush']));
    const again = await sql('select rerun_of, api_key_id from job where rerun_of is not null and labels @> array[$1]', [
      label,
    ]);
    expect(new Set(again.map((row) => row.rerun_of)).size).toBe(100);
    expect(again.every((row) => row.api_key_id !== null)).toBe(true);
    // The filter finds what this one made, not what another makes of the same jobs.
    const other = await ended((await start('rerunMany', { jobs: { ids: ids.slice(30, 32) } })).id);
    expect(other).toMatchObject({ done: 2 });
    const made = await list({ operation: started.id });
    expect(made.map(({ rerunOf }) => rerunOf).toSorted()).toEqual(ids.slice(30).toSorted());
    expect(await countOf(started)).toEqual({ count: 100, capped: false });
    expect((await list({ operation: other.id })).map(({ rerunOf }) => rerunOf).toSorted()).toEqual(
      ids.slice(30, 32).toSorted(),
    );
    const [first] = await list({ label, rerunOf: ids[99], operation: started.id });
    expect(first).toMatchObject({ rerunOf: ids[99] });
  }, 90_000);

  it('takes bodies that do not fit into one transaction in several', async () => {
    const label = randomUUID();
    await failedJobs(5, label, { method: 'POST', body: 'x'.repeat(2_000_000) });
    const { id } = await start('rerunMany', { jobs: { filter: { label } }, perSecond: 100 });
    expect(await ended(id)).toMatchObject({ done: 5, failed: 0 });
    expect(await sql('select 1 from job where rerun_of is not null and labels @> array[$1]', [label])).toHaveLength(5);
  }, 60_000);

  it('moves the idempotency key along, also when a job is run again twice', async () => {
    const label = randomUUID();
    const [id = ''] = await failedJobs(1, label, { idempotencyKey: label });
    await ended((await start('rerunMany', { jobs: { ids: [id] } })).id);
    const [second] = await list({ rerunOf: id });
    await expect.poll(async () => (await list({ id: second?.id }))[0]?.state, { timeout: 20_000 }).toBe('failed');
    await ended((await start('rerunMany', { jobs: { ids: [second?.id] } })).id);
    const [third] = await list({ rerunOf: second?.id });
    const replayed = await ringback.call<SubmittedJob>('jobs.submit', {
      url: `${target.url}/status/404`,
      labels: [label],
      idempotencyKey: label,
    });
    expect(replayed.body.result.data).toMatchObject({ id: third?.id, replayed: true });
  }, 60_000);
});

describe('a bulk action', () => {
  it.each([
    ['its jobs', { query: () => Promise.reject(new Error('too slow')) }],
    ['anything any more', { query: lost, run: lost }],
  ])('that has begun is answered also when the database cannot count %s', async (_what, broken) => {
    const logged: unknown[] = [];
    const log = { info() {}, warn() {}, error: (fields: object, message: string) => logged.push([fields, message]) };
    const deps = { db: { ...ringback.db, ...broken } as typeof ringback.db, now: Date.now, log };
    const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
    const input = { jobs: { filter: { label: randomUUID() } } };
    const started = await startJobOperation(deps, 'cancel_jobs', { projectId, createdBy: 'somebody' }, input);
    expect(started).toMatchObject({ state: 'running', total: 0, totalCapped: true });
    expect(await get(started.id)).toMatchObject({ id: started.id, kind: 'cancel_jobs' });
    expect(logged).toEqual([
      [expect.objectContaining({ err: expect.any(Error) }), 'the total of an operation could not be counted'],
    ]);
  });

  it.each([
    ['an empty filter', { jobs: { filter: {} } }],
    ['a filter that says nothing', { jobs: { filter: { text: '   ' } } }],
    [
      'a filter of all states there are',
      {
        jobs: {
          filter: { state: ['scheduled', 'queued', 'in_progress', 'retrying', 'completed', 'failed', 'cancelled'] },
        },
      },
    ],
    ['an empty label', { jobs: { filter: { label: '' } } }],
    ['no jobs', { jobs: { ids: [] } }],
    ['more than a thousand', { jobs: { ids: Array(1_001).fill('job_01m7wd4b99ebrv4mp86mhc61ay') } }],
    ['an id that is none', { jobs: { ids: ['key_1'] } }],
    ['ids and a filter', { jobs: { ids: ['job_01m7wd4b99ebrv4mp86mhc61ay'], filter: { label: 'a' } } }],
    ['nothing', {}],
    ['a rate out of bounds', { jobs: { filter: { label: 'a' } }, perSecond: 1_001 }],
  ])('is refused for %s', async (_what, input) => {
    for (const path of ['jobs.cancelMany', 'jobs.rerunMany'])
      expect((await ringback.call(path, input)).body.error.data.code).toBe('invalid_input');
    expect((await ringback.rest('POST', '/v1/jobs/cancel-many', { json: input })).status).toBe(400);
  });

  it('takes a thousand ids, and a state that it can do nothing with', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `job_01m7wd4b99ebrv4mp86mhc${String(n).padStart(4, '0')}`);
    const response = await ringback.rest('POST', '/v1/jobs/rerun-many', { json: { jobs: { ids }, perSecond: 1_000 } });
    const operation = (await response.json()) as Operation;
    expect([response.status, operation.total]).toEqual([202, 1_000]);
    expect(new URL(response.headers.get('location') ?? '').pathname).toBe(`/v1/operations/${operation.id}`);
    await ringback.startWorker();
    expect(await ended(operation.id)).toMatchObject({ done: 0, failed: 1_000, input: { jobs: { picked: 1_000 } } });
    const none = await start('cancelMany', { jobs: { filter: { state: 'completed' } } });
    expect(none.total).toBe(0);
    expect(await ended(none.id)).toMatchObject({ done: 0, failed: 0 });
  }, 60_000);

  it('is stopped by whoever may write jobs, and not by whoever may only send deliveries', async () => {
    await ringback.stopWorker();
    const { id } = await start('cancelMany', { jobs: { filter: { label: 'nowhere' } } });
    const key = async (scopes: string[]) =>
      (await ringback.call<{ secret: string }>('apiKeys.create', { name: 'k', scopes })).body.result.data.secret;
    const stop = (secret: string) => ringback.rest('POST', `/v1/operations/${id}/stop`, { key: secret });
    expect((await stop(await key(['callbacks:admin']))).status).toBe(403);
    expect((await stop(await key(['jobs:read']))).status).toBe(403);
    expect((await stop(await key(['jobs:write']))).status).toBe(200);
    expect((await get(id)).state).toBe('stopped');
  });
});
