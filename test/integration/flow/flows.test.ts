import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Flow } from '#src/contract/flow/flow.ts';
import type { Job } from '#src/contract/job/job.ts';
import { makeLog } from '#src/log.ts';
import { runWorker, type Worker } from '#src/worker/worker-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';
import { type CountingTarget, startCountingTarget } from './counting-target.ts';

let ringback: TestRingback;
/** A second worker: limits hold over all of them. */
let other: Worker | undefined;
const startOther = async () => {
  other = await runWorker(ringback.config, makeLog(ringback.config, { write: () => undefined }), { pace: testPace });
};
const stopOther = async () => {
  await other?.stop();
  other = undefined;
};
beforeAll(async () => {
  ringback = await startRingback();
  await startOther();
});
afterAll(async () => {
  await endWorkerProcesses();
  await stopOther();
  await ringback.close();
});

async function target(holdMs: number | null): Promise<CountingTarget> {
  const started = await startCountingTarget(holdMs);
  onTestFinished(() => started.close());
  return started;
}

async function submit(input: object): Promise<Job> {
  const { body } = await ringback.call<Job>('jobs.submit', input);
  if (body.error) throw new Error(body.error.message);
  return body.result.data;
}

async function submitMany(jobs: object[]): Promise<string[]> {
  type Many = { results: { ok: boolean; job: Job }[] };
  const { body } = await ringback.call<Many>('jobs.submitMany', { jobs });
  return body.result.data.results.map(({ job }) => job.id);
}

const get = async (id: string) => (await ringback.call<Job>('jobs.get', { id }, { query: true })).body.result.data;
const flow = async (id: string) => (await ringback.call<Flow>('flows.get', { id }, { query: true })).body.result.data;
/** Answers all that is open, then looks. */
const answered = <T>(answerAll: () => void, look: () => T): T => {
  answerAll();
  return look();
};
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

async function allCompleted(ids: string[]): Promise<void> {
  const jobs = () => ringback.call<{ jobs: Job[] }>('jobs.getMany', { ids }, { query: true });
  await expect
    .poll(async () => (await jobs()).body.result.data.jobs.filter(({ state }) => state === 'completed').length, {
      timeout: 30_000,
    })
    .toBe(ids.length);
}

describe('a flow with a concurrency', () => {
  it('never has more under way over all workers, and does everything', async () => {
    const { url, most, arrivals, openNow, answerAll } = await target(null);
    const ids = await submitMany(times(40, { url, flow: { key: 'narrow', concurrency: 3 } }));
    await expect.poll(openNow).toBe(3);
    await expect.poll(() => answered(answerAll, () => arrivals.length), { timeout: 30_000 }).toBe(40);
    await expect.poll(() => answered(answerAll, () => flow('narrow'))).toMatchObject({ waiting: 0, running: 0 });
    await allCompleted(ids);
    expect(most('/')).toBe(3);
    expect(await flow('narrow')).toMatchObject({ waiting: 0, running: 0, concurrency: 3, oldestAt: null });
  });

  it('says what waits, and why', async () => {
    const { url, openNow, answerAll } = await target(null);
    const ids = await submitMany(times(5, { url, flow: { key: 'held', concurrency: 2 } }));
    await expect.poll(openNow).toBe(2);
    expect(await flow('held')).toMatchObject({ key: 'held', waiting: 3, running: 2, pausedAt: null });
    const states = (await Promise.all(ids.map(get))).map(({ state, waitReason, flow }) => [state, waitReason, flow]);
    expect(states.filter(([state]) => state === 'queued')).toEqual(times(3, ['queued', 'flow', 'held']));
    await expect.poll(() => answered(answerAll, () => flow('held'))).toMatchObject({ waiting: 0, running: 0 });
    await allCompleted(ids);
  });

  it('takes a change at once, also of what waits already', async () => {
    const { url, openNow, answerAll } = await target(null);
    const ids = await submitMany(times(6, { url, flow: { key: 'changing', concurrency: 1 } }));
    await expect.poll(openNow).toBe(1);
    await ringback.call('flows.set', { id: 'changing', concurrency: 4 });
    await expect.poll(openNow).toBe(4);
    // A limit that comes with a job changes nothing now, until it is given back.
    await submit({ url, flow: { key: 'changing', concurrency: 6 } });
    expect(await flow('changing')).toMatchObject({ concurrency: 4, fixed: true, waiting: 3 });
    await ringback.call('flows.set', { id: 'changing', fixed: false });
    await submit({ url, flow: { key: 'changing', concurrency: 6 } });
    await expect.poll(openNow).toBe(6);
    await ringback.call('flows.set', { id: 'changing', concurrency: null });
    await expect.poll(openNow).toBe(8);
    answerAll();
    await allCompleted(ids);
  });

  it('lets jobs of another project with the same key alone, and jobs without a flow', async () => {
    const { url, openNow, answerAll } = await target(null);
    const ids = await submitMany([...times(3, { url, flow: { key: 'own', concurrency: 1 } }), { url }, { url }]);
    await expect.poll(openNow).toBe(3);
    await expect.poll(() => answered(answerAll, () => flow('own'))).toMatchObject({ waiting: 0, running: 0 });
    await allCompleted(ids);
  });

  it('gives the place of a job whose worker was killed to the next, and loses none', async () => {
    await Promise.all([ringback.stopWorker(), stopOther()]);
    onTestFinished(startOther);
    const { url, openNow, answerAll, arrivals } = await target(null);
    const worker = await startWorkerProcess(ringback);
    const ids = await submitMany(times(4, { url, flow: { key: 'killed', concurrency: 2 } }));
    await expect.poll(openNow).toBe(2);
    worker.signal('SIGKILL');
    await worker.ended;
    expect(await flow('killed')).toMatchObject({ waiting: 2, running: 2 });
    await ringback.startWorker();
    await expect.poll(() => answered(answerAll, () => arrivals.length), { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    await expect
      .poll(() => answered(answerAll, () => flow('killed')), { timeout: 30_000 })
      .toMatchObject({ waiting: 0, running: 0 });
    await allCompleted(ids);
  });

  it('lets a retry wait in line again', async () => {
    const { url, openNow, answerAll } = await target(null);
    const refused = `http://127.0.0.1:${await freePort()}/`;
    const policy = { connectionError: { retry: { limit: 1, minTimeoutInMs: 3_000, randomize: false } } };
    const failing = await submit({ url: refused, flow: { key: 'again', concurrency: 1 }, ...policy });
    await expect.poll(async () => (await get(failing.id)).state).toBe('retrying');
    const [other = ''] = await submitMany([{ url, flow: { key: 'again' } }]);
    await expect.poll(openNow).toBe(1);
    await expect.poll(async () => (await get(failing.id)).waitReason, { timeout: 15_000 }).toBe('flow');
    expect(await get(failing.id)).toMatchObject({ state: 'retrying', attempts: 1 });
    answerAll();
    await expect.poll(async () => (await get(failing.id)).state, { timeout: 15_000 }).toBe('failed');
    await allCompleted([other]);
  });
});

describe('a flow with a rate', () => {
  it('starts no more within a period than its limit', async () => {
    const { url, arrivals } = await target(0);
    const ids = await submitMany(times(25, { url, flow: { key: 'rated', rate: { limit: 10, periodSeconds: 1 } } }));
    await allCompleted(ids);
    const at = arrivals.map((one) => one.at).sort((a, b) => a - b);
    // With at most ten in any second the last one starts two seconds after the first. Both may arrive a little late.
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1_500);
  });
});

describe('a paused flow', () => {
  it('starts nothing until it is resumed, and what is under way ends', async () => {
    const { url, openNow, answerAll, arrivals } = await target(null);
    const [first = ''] = await submitMany([{ url, flow: { key: 'paused' } }]);
    await expect.poll(openNow).toBe(1);
    const paused = (await ringback.call<Flow>('flows.pause', { id: 'paused' })).body.result.data;
    expect(paused.pausedAt).not.toBeNull();
    const ids = await submitMany(times(3, { url, flow: { key: 'paused' } }));
    answerAll();
    await allCompleted([first]);
    await expect.poll(() => flow('paused')).toMatchObject({ waiting: 3, running: 0 });
    expect((await ringback.call<Job>('jobs.tryNow', { id: ids[0] })).body.result.data.waitReason).toBe('flow');
    expect(await flow('paused')).toMatchObject({ waiting: 3, running: 0 });
    expect(arrivals).toHaveLength(1);
    await ringback.call('flows.resume', { id: paused.id });
    await expect.poll(openNow).toBe(3);
    answerAll();
    await allCompleted(ids);
  });

  it('lets a waiting job be cancelled, and fail by its deadline', async () => {
    await ringback.call('flows.set', { id: 'stopped', concurrency: 1 });
    await ringback.call('flows.pause', { id: 'stopped' });
    const { url } = await target(0);
    const one = await submit({ url, flow: { key: 'stopped' } });
    const late = await submit({ url, flow: { key: 'stopped' }, deadlineSeconds: 1 });
    await ringback.call('jobs.cancel', { id: one.id });
    expect(await get(one.id)).toMatchObject({ state: 'cancelled', waitReason: null });
    await expect.poll(async () => (await get(late.id)).state).toBe('failed');
    expect(await get(late.id)).toMatchObject({ waitReason: null, error: { code: 'deadline_exceeded' } });
    expect(await flow('stopped')).toMatchObject({ waiting: 0 });
  });
});

describe('a key in a path of REST', () => {
  it.each(['a b/c:é%', 'k'.repeat(128)])('may be any: %s', async (key) => {
    const path = `/v1/flows/${encodeURIComponent(key)}`;
    const set = await ringback.rest('PATCH', path, { json: { concurrency: 3 } });
    expect(await set.json()).toMatchObject({ key, concurrency: 3 });
    expect((await ringback.rest('POST', `${path}/pause`, {})).status).toBe(200);
    expect(await flow(key)).toMatchObject({ key, pausedAt: expect.any(String) });
    const answer = await ringback.rest('GET', `/v1/jobs?flow=${encodeURIComponent(key)}`);
    expect(await answer.json()).toMatchObject({ jobs: [] });
  });

  it('is refused if it is none', async () => {
    expect((await ringback.rest('GET', '/v1/flows/%')).status).toBe(404);
    expect((await ringback.rest('GET', `/v1/flows/${'k'.repeat(129)}`)).status).toBe(404);
  });
});

describe('priority', () => {
  it('decides among what is due, before the time of submission', async () => {
    const { url, openNow, answerAll, arrivals } = await target(null);
    await submitMany([{ url: `${url}/first`, flow: { key: 'ordered', concurrency: 1 } }]);
    await expect.poll(openNow).toBe(1);
    const ids = await submitMany(
      [0, -5, 100, 7].map((priority) => ({ url: `${url}/${priority}`, priority, flow: { key: 'ordered' } })),
    );
    // Of those with one priority, the one that was submitted first.
    await submitMany(
      [7, 0].map((priority) => ({ url: `${url}/later/${priority}`, priority, flow: { key: 'ordered' } })),
    );
    await expect.poll(() => answered(answerAll, () => arrivals.length), { timeout: 30_000 }).toBe(7);
    await expect.poll(() => answered(answerAll, () => flow('ordered'))).toMatchObject({ waiting: 0, running: 0 });
    await allCompleted(ids);
    expect(arrivals.map(({ path }) => path)).toEqual(['/first', '/100', '/7', '/later/7', '/0', '/later/0', '/-5']);
    expect(await get(ids[2] ?? '')).toMatchObject({ priority: 100 });
  });
});
