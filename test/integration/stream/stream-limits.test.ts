import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { findEvents } from '#src/store/stream/stream-rows.ts';
import { beginStreams, deleteSuperseded, insertEvents } from '#src/store/stream/write-events.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { readStream } from '#test/support/stream-reader.ts';
import { type StreamTarget, startStreamTarget } from '#test/support/stream-target.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: StreamTarget;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startStreamTarget()]);
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const quick = { timeout: 20_000, interval: 20 };

async function submit(more: object = {}): Promise<string> {
  const input = { url: target.url, method: 'POST', stream: true, retry: 'none', ...more };
  return (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data.id;
}

const waited = async (id: string) => (await ringback.rest('GET', `/v1/jobs/${id}?wait=30`)).json() as Promise<Job>;

async function seenOf(id: string) {
  const reader = await readStream({ url: ringback.url, apiKey: ringback.credentials.apiKey }, id);
  await reader.ended;
  return { status: reader.status, data: reader.seen.map(({ data }) => data) };
}

/** Starts a worker with settings of its own. */
async function work(settings: object = {}): Promise<void> {
  const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
  const worker = await runWorker({ ...ringback.config, ...settings }, log, { pace: testPace });
  onTestFinished(() => worker.stop());
}

it('a stream longer than the limit fails, or is cut after the last whole event, and its events stay', async () => {
  await work({ maxResponseBytes: 1_000 });
  const [failing, cut] = [await submit(), await submit({ onOversize: 'truncate' })];
  const responses = await Promise.all([target.response(0), target.response(1)]);
  const text = 'x'.repeat(380);
  for (const response of responses) response.say(text, text, text);
  const [first, second] = await Promise.all([waited(failing), waited(cut)]);
  expect(first).toMatchObject({ state: 'failed', error: { code: 'response_too_large' } });
  expect(second).toMatchObject({ state: 'completed', result: { truncated: true } });
  expect((await seenOf(cut)).data).toEqual([text, text, '{"state":"completed"}']);
  expect((await seenOf(failing)).data).toEqual([text, text, '{"state":"failed"}']);
  await expect.poll(() => responses.every(({ closed }) => closed), quick).toBe(true);
});

it('a line without an end is not kept in memory beyond the limit', async () => {
  await work({ maxResponseBytes: 100_000 });
  const id = await submit();
  const response = await target.response(target.responses.length);
  response.write(`data: ${'x'.repeat(200_000)}`);
  expect(await waited(id)).toMatchObject({ state: 'failed', error: { code: 'response_too_large' } });
});

it('while the database is away, the worker stops reading after some events, and goes on without a gap', async () => {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  onTestFinished(() => proxy.close());
  await work({ databaseUrl: proxy.url });
  const id = await submit({ timeout: { durationInMs: 120_000 } });
  const response = await target.response(target.responses.length);
  response.say('begin');
  await expect
    .poll(async () => (await ringback.db.query('select 1 from job_event where data = $1', ['begin'])).length, quick)
    .toBe(1);
  proxy.cut();
  const text = 'x'.repeat(1_000);
  let n = 0;
  const isFull = () => {
    for (let more = 0; more < 100; more++) response.say(`${n++} ${text}`);
    return response.waiting;
  };
  await expect.poll(isFull, { ...quick, interval: 5 }).toBeGreaterThan(1_000_000);
  const stuck = response.waiting;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(response.waiting).toBe(stuck);
  proxy.resume();
  response.end();
  expect(await waited(id)).toMatchObject({ state: 'completed', attempts: 1 });
  const { rows } = await ringback.db.pool.query<{ seq: number; data: string }>(
    `select e.seq, e.data from job_event e where data <> 'begin' and length(data) > 1000 order by seq`,
  );
  expect(rows.map(({ data }) => Number(data.split(' ')[0]))).toEqual(Array.from({ length: n }, (_, index) => index));
}, 120_000);

it('a stream that an outage cuts off is no fault in the log of the API', async () => {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  const port = await freePort();
  const config = { ...ringback.config, databaseUrl: proxy.url, port, url: `http://localhost:${port}` };
  let logged = '';
  const log = makeLog({ logLevel: 'warn', logFormat: 'json' }, { write: (line) => (logged += line) });
  const web = await runWeb(config, log, { dashboard: false, pace: testPace });
  onTestFinished(async () => {
    proxy.resume();
    await web.stop();
    await proxy.close();
  });
  const id = await submit({ delaySeconds: 3_600 });
  const reader = await readStream({ url: config.url, apiKey: ringback.credentials.apiKey }, id);
  expect(reader.status).toBe(200);
  proxy.cut();
  await reader.ended.catch(() => undefined);
  await expect.poll(() => logged).toContain('a request was cut off');
  expect(logged).not.toContain('a request failed');
}, 60_000);

it('a write that is repeated, because its answer was lost, writes nothing twice', async () => {
  const id = parseId('job', await submit({ delaySeconds: 3_600 })) ?? '';
  const claim = { jobId: id, claimId: randomUUID(), attempt: 1 };
  await ringback.db.pool.query('update job set claim_id = $2 where id = $1', [id, claim.claimId]);
  const batch = [{ ...claim, firstSeq: 0, events: [{ name: null, data: 'once' }] }];
  for (let time = 0; time < 2; time++) {
    expect(await beginStreams(ringback.db, [claim])).toEqual(new Map([[id, 0]]));
    expect(await insertEvents(ringback.db, batch)).toEqual(new Set([id]));
  }
  const second = { ...claim, attempt: 2 };
  for (let time = 0; time < 2; time++) expect(await beginStreams(ringback.db, [second])).toEqual(new Map([[id, 2]]));
  const rows = await ringback.db.query('select seq, attempt, data from job_event where job_id = $1', [id]);
  expect(rows).toEqual([{ seq: 1, attempt: 2, data: null }]);
  expect(await beginStreams(ringback.db, [{ ...claim, claimId: randomUUID() }])).toEqual(new Map());
});

it('many events of an attempt before are deleted piece by piece, and not read meanwhile', async () => {
  const id = parseId('job', await submit({ delaySeconds: 3_600 })) ?? '';
  const claim = { jobId: id, claimId: randomUUID(), attempt: 1 };
  await ringback.db.pool.query('update job set claim_id = $2 where id = $1', [id, claim.claimId]);
  await beginStreams(ringback.db, [claim]);
  await ringback.db.pool.query(
    `insert into job_event (job_id, seq, attempt, data) select $1, n, 1, 'old' from generate_series(0, 11999) n`,
    [id],
  );
  const left = async () => (await ringback.db.query('select 1 from job_event where job_id = $1', [id])).length;
  const { rows } = await ringback.db.pool.query<{ of: string }>('select project_id as of from job where id = $1', [id]);
  const read = (after: number) => findEvents(ringback.db, rows[0]?.of ?? '', id, { after, limit: 500 });
  const second = { ...claim, attempt: 2 };
  expect(await beginStreams(ringback.db, [second])).toEqual(new Map([[id, 12_001]]));
  expect(await left()).toBe(7_001);
  const batch = [{ ...second, firstSeq: 12_001, events: [{ name: null, data: 'new' }] }];
  await insertEvents(ringback.db, batch);
  const seen = [
    { seq: 12_000, attempt: 2, name: null, data: null },
    { seq: 12_001, attempt: 2, name: null, data: 'new' },
  ];
  for (const after of [-1, 0, 9_000]) expect((await read(after))?.rows).toEqual(seen);
  for (const gone of [5_000, 2_000, 0]) expect(await deleteSuperseded(ringback.db, [id])).toBe(gone);
  expect(await left()).toBe(2);
});

it('a worker whose claim was taken writes nothing into the stream of the next attempt', async () => {
  await work();
  const id = await submit();
  const response = await target.response(target.responses.length);
  response.say('old');
  await expect
    .poll(async () => (await ringback.db.query('select 1 from job_event where data = $1', ['old'])).length, quick)
    .toBe(1);
  await ringback.db.pool.query(`update job set claim_id = gen_random_uuid() where state = 'in_progress'`);
  response.say('late', 'later');
  await expect.poll(() => response.closed || response.waiting > 0, quick).toBe(true);
  expect(await ringback.db.query(`select 1 from job_event where data like 'late%'`)).toHaveLength(0);
  await ringback.rest('POST', `/v1/jobs/${id}/cancel`);
});

it('events go with the result, and then the job can go', async () => {
  await work();
  const id = await submit({ resultTtlSeconds: 0 });
  const response = await target.response(target.responses.length);
  response.say('secret');
  response.end();
  await waited(id);
  expect((await seenOf(id)).data).toEqual(['secret', '{"state":"completed"}']);
  const uuid = parseId('job', id);
  await ringback.db.pool.query(`update job_stream set expires_at = now() where job_id = $1`, [uuid]);
  expect((await seenOf(id)).status).toBe(410);
  const left = () => ringback.db.query('select 1 from job_event where data = $1', ['secret']);
  await expect.poll(async () => (await left()).length, quick).toBe(0);
  await expect
    .poll(async () => (await ringback.db.query('select 1 from job_stream where job_id = $1', [uuid])).length, quick)
    .toBe(0);
});
