import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import { makeLog } from '#src/log.ts';
import { runWorker, type Worker } from '#src/worker/worker-process.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';
import { type LimitedApi, startLimitedApi, type Told } from './limited-api.ts';

let ringback: TestRingback;
/** A second worker: a cool-down holds for all of them. */
let other: Worker;
beforeAll(async () => {
  ringback = await startRingback();
  other = await runWorker(ringback.config, makeLog(ringback.config, { write: () => undefined }), { pace: testPace });
});
afterAll(async () => {
  await other.stop();
  await ringback.close();
});

async function limitedApi(limit: number, windowMs: number, told: Told): Promise<LimitedApi> {
  const api = await startLimitedApi({ limit, windowMs, told });
  onTestFinished(() => api.close());
  return api;
}

async function submitMany(jobs: object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < jobs.length; from += 1_000) {
    type Many = { results: { ok: boolean; job: Job }[] };
    const { body } = await ringback.call<Many>('jobs.submitMany', { jobs: jobs.slice(from, from + 1_000) });
    ids.push(...body.result.data.results.map(({ job }) => job.id));
  }
  return ids;
}

const get = async (id: string) => (await ringback.call<Job>('jobs.get', { id }, { query: true })).body.result.data;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function ended(ids: string[]): Promise<Job['state'][]> {
  const states: Job['state'][] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const some = { ids: ids.slice(from, from + 100) };
    const { body } = await ringback.call<{ jobs: Job[] }>('jobs.getMany', some, { query: true });
    states.push(...body.result.data.jobs.map(({ state }) => state));
  }
  return states;
}

const allCompleted = (ids: string[], timeout = 60_000) =>
  expect.poll(async () => new Set(await ended(ids)), { timeout, interval: 500 }).toEqual(new Set(['completed']));

const coolDowns = ({ url }: LimitedApi) =>
  ringback.db.query(`select 1 from line where kind = 'cooldown' and starts_with(key, $1)`, [url]);

/** Resolves once the target of two jobs cools down and both workers know it. */
async function untilCooling(api: LimitedApi, ids: string[]): Promise<void> {
  await expect.poll(async () => new Set(await ended(ids))).toEqual(new Set(['completed', 'retrying']));
  // The cool-down is stored in a transaction after that of the job. Then each worker reads it, at its next step at the
  // latest.
  await expect.poll(async () => (await coolDowns(api)).length).toBe(1);
  await pause(6 * testPace.stepMs);
}

/** A pause that lasts until the test is over. */
const longPause: Told = ({ refused }): Record<string, string> => (refused ? { 'retry-after': '120' } : {});

describe('while a target cools down', () => {
  it('its other jobs wait without an attempt, and those with other credentials or to other targets do not', async () => {
    const api = await limitedApi(1, 600_000, longPause);
    await untilCooling(api, await submitMany(times(2, { url: api.url, ...by('held') })));
    const held = await submitMany(times(20, { url: api.url, ...by('held') }));
    const states = () => Promise.all(held.map(get));
    await expect
      .poll(async () => (await states()).map(({ state, waitReason, attempts }) => [state, waitReason, attempts]))
      .toEqual(times(20, ['queued', 'cooldown', 0]));
    const [{ nextAttemptAt } = { nextAttemptAt: null }] = await states();
    expect(new Date(nextAttemptAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 60_000);
    const elsewhere = await limitedApi(5, 600_000, longPause);
    await allCompleted(
      await submitMany([
        { url: api.url, ...by('free') },
        { url: elsewhere.url, ...by('held') },
      ]),
    );
    expect(api.counts.refused).toBe(1);
    const rows = await ringback.db.query<{ key: string }>(`select key from line where kind = 'cooldown'`);
    expect(JSON.stringify(rows)).not.toContain('held');
  });
});

describe('a job that waits for a cool-down', () => {
  /** Begins a cool-down that lasts. */
  async function cooling(token: string): Promise<LimitedApi> {
    const api = await limitedApi(1, 600_000, longPause);
    await untilCooling(api, await submitMany(times(2, { url: api.url, ...by(token) })));
    return api;
  }
  const waits = (id: string) => expect.poll(async () => (await get(id)).waitReason).toBe('cooldown');

  it('is cancelled, and fails by its deadline', async () => {
    const { url } = await cooling('ending');
    const [cancelled = '', late = ''] = await submitMany([
      { url, ...by('ending') },
      { url, ...by('ending'), deadlineSeconds: 2 },
    ]);
    await waits(cancelled);
    await ringback.call('jobs.cancel', { id: cancelled });
    expect(await get(cancelled)).toMatchObject({ state: 'cancelled', waitReason: null, attempts: 0 });
    await expect.poll(async () => (await get(late)).state, { timeout: 10_000 }).toBe('failed');
    const error = { code: 'deadline_exceeded', message: expect.stringContaining('cool down') };
    expect(await get(late)).toMatchObject({ attempts: 0, waitReason: null, error });
  });

  it('may have a flow, whose jobs to other targets go on', async () => {
    const { url } = await cooling('flowing');
    const elsewhere = await limitedApi(5, 600_000, longPause);
    const flow = { key: 'two targets', concurrency: 2 };
    const [held = ''] = await submitMany(times(3, { url, flow, ...by('flowing') }));
    await waits(held);
    await allCompleted(await submitMany(times(3, { url: elsewhere.url, flow, ...by('flowing') })));
    expect(await get(held)).toMatchObject({
      state: 'queued',
      waitReason: 'cooldown',
      attempts: 0,
      flow: 'two targets',
    });
  });
});

describe('after the reset', () => {
  it('jobs go by priority, within the limits of their flows too', async () => {
    const api = await limitedApi(
      2,
      3_000,
      ({ resetMs, refused }): Record<string, string> =>
        refused ? { 'retry-after-ms': String(Math.ceil(resetMs)) } : {},
    );
    const first = await submitMany(times(3, { url: `${api.url}/first`, ...by('ordered') }));
    await expect.poll(() => api.counts.refused).toBeGreaterThan(0);
    const jobs = [-5, 0, 50, 7].map((priority) => ({ url: `${api.url}/${priority}`, priority, ...by('ordered') }));
    const flow = { key: 'also paced', rate: { limit: 100, periodSeconds: 1 }, concurrency: 1 };
    const ids = await submitMany([...jobs, { url: `${api.url}/flow`, flow, ...by('ordered') }]);
    await allCompleted([...first, ...ids]);
    const order = api.answered.filter((path) => path !== '/first' && path !== '/flow');
    const byPriority = ['/50', '/7', '/0', '/-5'];
    expect(order.toSorted()).toEqual(byPriority.toSorted());
    // Two that two workers send at once may arrive in any order.
    for (const [place, path] of byPriority.entries())
      expect(Math.abs(order.indexOf(path) - place), order.join()).toBeLessThanOrEqual(1);
    expect(api.answered).toContain('/flow');
  });

  it('a good answer that says nothing is left begins a cool-down before anything is refused', async () => {
    const api = await limitedApi(3, 2_000, ({ limit, left, resetMs }) => ({
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': (resetMs / 1_000).toFixed(3),
    }));
    await allCompleted(await submitMany(times(3, { url: api.url, ...by('told') })));
    await expect.poll(async () => (await coolDowns(api)).length).toBe(1);
    await allCompleted(await submitMany(times(9, { url: api.url, ...by('told') })));
    // A worker may hear of it a little late. Without it all nine are refused.
    expect(api.counts.refused).toBeLessThanOrEqual(4);
  });

  const seconds = (ms: number) => String(Math.ceil(ms / 1_000));
  const cases: [name: string, jobs: number, told: Told][] = [
    [
      'in milliseconds',
      500,
      ({ resetMs, refused }): Record<string, string> =>
        refused ? { 'retry-after-ms': String(Math.ceil(resetMs)) } : {},
    ],
    [
      'with limit and remaining',
      400,
      ({ limit, left, resetMs }) => ({
        'x-ratelimit-limit-requests': String(limit),
        'x-ratelimit-remaining-requests': String(left),
        'x-ratelimit-reset-requests': `${Math.ceil(resetMs)}ms`,
      }),
    ],
    [
      'in whole seconds',
      300,
      ({ resetMs, refused }): Record<string, string> => (refused ? { 'retry-after': seconds(resetMs) } : {}),
    ],
  ];
  it.each(cases)(
    'named %s, the jobs that wait are seldom refused',
    async (name, jobs, told) => {
      const api = await limitedApi(100, 1_500, told);
      const ids = await submitMany(times(jobs, { url: api.url, retry: 'openai', ...by(name) }));
      await allCompleted(ids, 150_000);
      expect(api.answered).toHaveLength(jobs);
      // A busy machine hears refusals late, so the exact share is in the unit test and the bench. Without a cool-down
      // each job would be refused again and again.
      expect(api.counts.refusedLater).toBeLessThan(jobs);
    },
    180_000,
  );
});
