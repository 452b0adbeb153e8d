import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRingback, type Ringback, serve } from '#src/client/index.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import type { QuotasChange } from '#src/contract/project/quotas.ts';
import { type Scheduling, scheduling } from '#test/integration/schedule/scheduling.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let server: TestRingback;
let target: Target;
let app: ServeApp;
let client: Ringback;
let { makeDue, untilRun, jobsOf } = {} as Scheduling;
const routes: AppRoutes = {};

beforeAll(async () => {
  [server, target, app] = await Promise.all([startRingback(), startTarget(), startServeApp(routes)]);
  ({ makeDue, untilRun, jobsOf } = scheduling(server));
  client = createRingback({ url: server.url, apiKey: server.credentials.apiKey, appUrl: app.url });
});
afterAll(async () => {
  await app.close();
  await server.close();
  await target.close();
});
beforeEach(() => set({ openJobs: null, jobsPerHour: null, jobsPerDay: null, storedBytes: null }));

const set = (change: QuotasChange) => server.call('settings.setQuotas', change);
const job = () => ({ url: `${target.url}/json` });
const submit = () => server.rest('POST', '/v1/jobs', { json: job() });

/** Sets a quota of jobs a day that is used up. */
async function fillDay(): Promise<void> {
  await set({ jobsPerDay: 1 });
  await expect.poll(async () => (await submit()).status).toBe(429);
}

it('a schedule that meets a full quota makes no job, says why, and goes on when there is room', async () => {
  await client.schedules.create({ name: 'full', cron: '@yearly', job: job() });
  await fillDay();
  await makeDue('full');
  await untilRun('full');
  const { lastRun, nextRunAt } = await client.schedules.get('full');
  expect(lastRun).toMatchObject({ outcome: 'refused', reason: { code: 'quota_exceeded' } });
  expect(lastRun?.reason?.message).toContain('the project may submit 1 jobs a day');
  expect(Date.parse(nextRunAt ?? '')).toBeGreaterThan(Date.now());
  expect(await jobsOf('full')).toEqual([]);
  const now = await server.rest('POST', '/v1/schedules/full/run', { json: {} });
  expect(now.status).toBe(429);
  expect(Number(now.headers.get('retry-after'))).toBeGreaterThan(0);
  await set({ jobsPerDay: null });
  await makeDue('full');
  await untilRun('full');
  expect(await jobsOf('full')).toHaveLength(1);
});

it('jobs that are run again are refused like others, one by one in an operation', async () => {
  const jobs = Array.from({ length: 3 }, job);
  const made = await client.submitMany(jobs);
  const ids = made.map((one) => (one.ok ? one.job.id : ''));
  for (const id of ids) await client.wait(id, { timeoutMs: 20_000 });
  await fillDay();
  const again = await server.rest('POST', `/v1/jobs/${ids[0]}/rerun`, { json: {} });
  expect(again.status).toBe(429);
  expect(await again.json()).toMatchObject({ code: 'quota_exceeded' });
  const { rows } = await server.db.pool.query<{ day_jobs: number }>('select day_jobs from quota_use');
  await set({ jobsPerDay: (rows[0]?.day_jobs ?? 0) + 2 });
  const { body } = await server.call<Operation>('jobs.rerunMany', { jobs: { ids } });
  const get = async () =>
    (await server.call<Operation>('operations.get', { id: body.result.data.id }, { query: true })).body.result.data;
  await expect.poll(async () => (await get()).state, { timeout: 20_000 }).toBe('completed');
  const ended = await get();
  expect(ended).toMatchObject({ done: 2, failed: 1, errors: [{ code: 'quota_exceeded' }] });
});

it('a call of a gateway is refused in the shape of its API, and a repetition of one under way is not', async () => {
  const upstream = { name: 'main', baseUrl: `${target.url}/v1`, format: 'openai' as const, default: true };
  await client.trpc.upstreams.create.mutate(upstream);
  const call = (input: string, repetition = 0) =>
    server.rest('POST', '/v1/responses', {
      json: { model: 'm', input, background: true },
      headers: { 'x-stainless-retry-count': String(repetition) },
    });
  const first = (await (await call('a')).json()) as { id: string };
  await fillDay();
  const refused = await call('b');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'quota_exceeded' } });
  const repeated = await call('a', 1);
  expect(await repeated.json()).toMatchObject({ id: first.id });
});

it('a run is refused when it starts, and never again once it was accepted', async () => {
  const gate = Promise.withResolvers<void>();
  let entered = 0;
  routes['/counted'] = serve<null, number[]>(
    async (_, io) => {
      entered += 1;
      await gate.promise;
      const answers = [await io.fetch(job().url), await io.fetch(`${target.url}/status/200`)];
      await io.sleep(0.1);
      return answers.map(({ status }) => status);
    },
    { url: server.url, apiKey: server.credentials.apiKey },
  );
  const run = await client.start('/counted');
  await expect.poll(() => entered).toBe(1);
  await fillDay();
  gate.resolve();
  expect(await client.runs.wait(run.id, { timeoutMs: 20_000 })).toMatchObject({
    state: 'completed',
    result: [200, 200],
  });
  const refused = await server.rest('POST', '/v1/runs', { json: { url: `${app.url}/counted` } });
  expect(refused.status).toBe(429);
  const { rows } = await server.db.pool.query('select 1 from run');
  expect(rows).toHaveLength(1);
});

it('a callback of a job that was accepted is delivered whatever the quotas say', async () => {
  const made = (await (
    await server.rest('POST', '/v1/jobs', { json: { ...job(), callback: `${target.url}/status/200` } })
  ).json()) as SubmittedJob;
  await fillDay();
  const delivered = async () =>
    (await server.db.pool.query(`select state from delivery where state = 'delivered'`)).rowCount;
  await expect.poll(delivered, { timeout: 20_000 }).toBe(1);
  expect(await client.get(made.id)).toMatchObject({ state: 'completed' });
});
