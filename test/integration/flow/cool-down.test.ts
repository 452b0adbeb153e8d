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

/** A pause that lasts until the test is over. */
const longPause: Told = ({ refused }): Record<string, string> => (refused ? { 'retry-after': '120' } : {});

describe('while a target cools down', () => {
  it('its other jobs wait without an attempt, and those with other credentials or to other targets do not', async () => {
    const api = await limitedApi(1, 600_000, longPause);
    const [first = '', refused = ''] = await submitMany(times(2, { url: api.url, ...by('held') }));
    await expect.poll(async () => new Set(await ended([first, refused]))).toEqual(new Set(['completed', 'retrying']));
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

describe('after the reset', () => {
  const cases: [name: string, told: Told][] = [
    [
      'named in milliseconds',
      ({ resetMs, refused }) => (refused ? { 'retry-after-ms': String(Math.ceil(resetMs)) } : ({} as never)),
    ],
  ];
  it.each(cases)(
    '%s, the jobs that wait start by the limit that was seen',
    async (name, told) => {
      const api = await limitedApi(100, 1_500, told);
      const ids = await submitMany(times(2_000, { url: api.url, ...by(name) }));
      await allCompleted(ids, 120_000);
      expect(api.counts).toMatchObject({ all: 2_000 + api.counts.refused });
      expect(api.counts.refused).toBeLessThan(200);
    },
    150_000,
  );
});
