import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import { addProject } from '#test/integration/stats/stats-project.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type CountingTarget, startCountingTarget } from './counting-target.ts';

const slots = 8;
let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ env: { RINGBACK_WORKER_SLOTS: String(slots) } });
});
afterAll(() => ringback.close());

async function target(holdMs: number | null): Promise<CountingTarget> {
  const started = await startCountingTarget(holdMs);
  onTestFinished(() => started.close());
  return started;
}

async function submitMany(jobs: object[], key?: string): Promise<string[]> {
  type Many = { results: { ok: boolean; job: Job }[] };
  const { body } = await ringback.call<Many>('jobs.submitMany', { jobs }, key === undefined ? {} : { key });
  return body.result.data.results.map(({ job }) => job.id);
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const states = async (ids: string[], key?: string) => {
  const { body } = await ringback.call<{ jobs: Job[] }>(
    'jobs.getMany',
    { ids },
    { query: true, ...(key === undefined ? {} : { key }) },
  );
  return body.result.data.jobs.map(({ state, waitReason }) => `${state} ${waitReason}`);
};

it('an origin that is slow leaves slots to the others, and gets all usual slots itself', async () => {
  const slow = await target(null);
  const ids = await submitMany(times(60, { url: slow.url }));
  await expect.poll(slow.openNow).toBe(slots);
  const quick = await target(0);
  const others = await submitMany(times(20, { url: quick.url }));
  await expect.poll(async () => new Set(await states(others))).toEqual(new Set(['completed null']));
  // Not one of the slow ones has ended meanwhile, and no more than the usual slots were taken.
  expect(slow.arrivals).toHaveLength(slots);
  await expect.poll(async () => (await states(ids)).filter((one) => one === 'queued origin').length).toBe(60 - slots);
  const answered = () => {
    slow.answerAll();
    return slow.arrivals.length;
  };
  await expect.poll(answered, { timeout: 30_000 }).toBe(60);
  slow.answerAll();
  await expect.poll(async () => new Set(await states(ids))).toEqual(new Set(['completed null']));
  expect(slow.most('/')).toBeLessThanOrEqual(slots);
});

it('a project with several slow origins leaves slots to another project', async () => {
  const slow = await Promise.all([target(null), target(null)]);
  const ids = await submitMany(slow.flatMap(({ url }) => times(30, { url })));
  await expect.poll(() => slow.reduce((sum, one) => sum + one.openNow(), 0)).toBeGreaterThanOrEqual(slots);
  const { key } = await addProject(ringback);
  const quick = await target(0);
  const others = await submitMany(times(5, { url: quick.url }), key);
  await expect.poll(async () => new Set(await states(others, key))).toEqual(new Set(['completed null']));
  const answered = () => {
    for (const one of slow) one.answerAll();
    return slow.reduce((sum, one) => sum + one.arrivals.length, 0);
  };
  await expect.poll(answered, { timeout: 30_000 }).toBe(60);
  answered();
  await expect.poll(async () => new Set(await states(ids))).toEqual(new Set(['completed null']));
});
