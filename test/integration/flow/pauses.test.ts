import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { PausesView } from '#src/contract/flow/pause-view.ts';
import type { Job, JobPage } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startCountingTarget } from './counting-target.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback();
});
afterAll(async () => {
  await ringback.close();
});

async function target() {
  const started = await startCountingTarget(0);
  onTestFinished(() => started.close());
  // Two names of one machine, so that one of them can be paused.
  return { ...started, named: started.url.replace('127.0.0.1', 'localhost') };
}

async function submitMany(jobs: object[]): Promise<string[]> {
  type Many = { results: { ok: boolean; job: Job }[] };
  const { body } = await ringback.call<Many>('jobs.submitMany', { jobs });
  return body.result.data.results.map(({ job }) => job.id);
}

const call = async (path: 'begin' | 'end', input: object) =>
  (await ringback.call<PausesView>(`pauses.${path}`, input)).body.result.data.pauses;
const pauses = async () =>
  (await ringback.call<PausesView>('pauses.list', undefined, { query: true })).body.result.data.pauses;
const jobs = async (filter: object) =>
  (await ringback.call<JobPage>('jobs.list', { limit: 100, ...filter }, { query: true })).body.result.data.jobs;
const completed = async (label: string) => (await jobs({ label, state: 'completed' })).length;
const waits = async (label: string) => (await jobs({ label })).filter((job) => job.waitReason === 'paused').length;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Waits until the worker has heard of a pause: then what is submitted waits. */
async function untilHeard(url: string): Promise<void> {
  const waits = async (id = '') => {
    const { body } = await ringback.call<Job>('jobs.get', { id }, { query: true });
    return body.result.data.waitReason === 'paused' ? 'paused' : body.result.data.state;
  };
  for (let settled = ''; settled !== 'paused'; ) {
    const [id] = await submitMany([{ url }]);
    await expect
      .poll(async () => (settled = await waits(id)), { timeout: 20_000, interval: 20 })
      .toMatch(/paused|completed/);
  }
}

it('a paused host gets no request, in flows neither, while other hosts do, and gets all once it is resumed', async () => {
  const { url, named, arrivals } = await target();
  expect(await call('begin', { host: 'LOCALHOST ' })).toMatchObject([{ host: 'localhost', waiting: { count: 0 } }]);
  await untilHeard(`${named}/probe`);
  const before = arrivals.length;
  const label = 'paused-host';
  const flow = { key: 'mixed', concurrency: 2 };
  await submitMany([
    ...times(30, { url: `${named}/held`, labels: [label] }),
    ...times(5, { url: `${named}/held`, labels: [label], flow }),
    ...times(5, { url: `${url}/free`, labels: [label], flow }),
    ...times(5, { url: `${url}/free`, labels: [label] }),
  ]);
  await expect.poll(() => completed(label), { timeout: 20_000 }).toBe(10);
  await expect.poll(() => waits(label), { timeout: 20_000 }).toBe(30);
  expect(arrivals.slice(before).filter(({ path }) => path === '/held')).toEqual([]);
  const [shown] = await pauses();
  expect(shown?.waiting.count).toBeGreaterThanOrEqual(30);
  expect(await call('end', { host: 'localhost' })).toEqual([]);
  await expect.poll(() => completed(label), { timeout: 30_000 }).toBe(45);
  expect(arrivals.filter(({ path }) => path === '/held')).toHaveLength(35);
});

it('a paused project starts nothing, accepts everything, and leaves other projects alone', async () => {
  const { url, arrivals } = await target();
  await call('begin', {});
  const since = (await pauses())[0]?.since;
  expect(await call('begin', {})).toMatchObject([{ host: null, since }]);
  await untilHeard(`${url}/probe`);
  const label = 'paused-project';
  await submitMany([
    ...times(20, { url: `${url}/held`, labels: [label] }),
    ...times(5, { url: `${url}/held`, labels: [label], flow: { key: 'held', concurrency: 1 } }),
  ]);
  await expect.poll(() => waits(label), { timeout: 20_000 }).toBe(20);
  await submitMany([{ url: `${url}/theirs`, labels: ['theirs'], delaySeconds: 3_600 }]);
  await ringback.db.pool.query(
    `with p as (insert into project (id, name) values (gen_random_uuid(), 'neighbour') returning id)
     update job set project_id = p.id, next_attempt_at = now() from p where labels = '{theirs}'`,
  );
  await expect.poll(() => arrivals.some(({ path }) => path === '/theirs'), { timeout: 20_000 }).toBe(true);
  expect(arrivals.filter(({ path }) => path === '/held')).toEqual([]);
  const [cancelled] = await jobs({ label, limit: 1 });
  await ringback.call('jobs.cancel', { id: cancelled?.id });
  await call('end', {});
  await expect.poll(() => completed(label), { timeout: 30_000 }).toBe(24);
  expect(arrivals.filter(({ path }) => path === '/held')).toHaveLength(24);
});

it('refuses what is no host by its field, over REST too', async () => {
  for (const host of ['https://a.test', 'a.test:8080', 'a.test/path', 'user@a.test', 'a b', '']) {
    const answer = await ringback.rest('POST', '/v1/pauses', { json: { host } });
    expect([host, answer.status], await answer.clone().text()).toEqual([host, 400]);
    expect(await answer.json()).toMatchObject({ code: 'invalid_input', field: 'host' });
  }
  const begun = await ringback.rest('POST', '/v1/pauses', { json: { host: 'Bücher.example' } });
  expect(await begun.json()).toMatchObject({ pauses: [{ host: 'xn--bcher-kva.example' }] });
  const ended = await ringback.rest('POST', '/v1/pauses/end', { json: { host: 'xn--bcher-kva.example' } });
  expect(await ended.json()).toEqual({ pauses: [] });
});
