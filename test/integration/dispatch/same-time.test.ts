import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

/** A target that keeps the paths of all requests, in order, and answers nothing until it is opened. */
async function startListing() {
  const paths: string[] = [];
  const opened = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    void opened.promise.then(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, paths, open: opened.resolve, close };
}

const slots = 50;
const jobs = 10_000;
const priorities = [10, 0, -10];

let ringback: TestRingback;
let target: Awaited<ReturnType<typeof startListing>>;
let other: Awaited<ReturnType<typeof startListing>>;
beforeAll(async () => {
  const env = { RINGBACK_WORKER_SLOTS: String(slots) };
  [ringback, target, other] = await Promise.all([
    startRingback({ worker: false, env }),
    startListing(),
    startListing(),
  ]);
});
afterAll(() => Promise.all([ringback.close(), target.close(), other.close()]));

async function submitAll(runAt: string): Promise<void> {
  for (let at = 0; at < jobs; at += 1_000) {
    const part = Array.from({ length: 1_000 }, (_, index) => {
      const priority = priorities[(at + index) % priorities.length] ?? 0;
      return { url: `${target.url}/${priority}/${at + index}`, priority, runAt };
    });
    const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs: part });
    expect(body.result.data.results.filter(({ ok }) => !ok)).toEqual([]);
  }
}

const dueIn = async (seconds: number) => {
  const { rows } = await ringback.db.pool.query<{ at: Date }>('select now() + make_interval(secs => $1) as at', [
    seconds,
  ]);
  return rows[0]?.at ?? new Date();
};

test('ten thousand jobs due in one moment run once, by priority, and hold up no other job', async () => {
  // They are all there before they are due, whatever that takes: the time is moved once more when they are.
  await submitAll((await dueIn(600)).toISOString());
  const at = await dueIn(2);
  await ringback.db.pool.query('update job set next_attempt_at = $1, run_at = $1', [at]);
  await ringback.startWorker();
  await expect.poll(() => target.paths.length, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(slots);
  // Times are rounded, so a job is due a few milliseconds early.
  expect(Date.now() + 10).toBeGreaterThanOrEqual(at.getTime());
  // All slots are taken now. What is submitted here is due later than all the others.
  await ringback.call('jobs.submit', { url: `${other.url}/meanwhile` });
  other.open();
  target.open();
  await expect.poll(() => other.paths.length, { timeout: 60_000, interval: 5 }).toBe(1);
  const before = target.paths.length;
  await expect.poll(() => target.paths.length, { timeout: 120_000 }).toBe(jobs);
  expect(before).toBeLessThan(jobs);
  expect(new Set(target.paths).size).toBe(jobs);
  // Jobs come from messages and, while the slots of a new origin open, from its line: each is in order.
  expect(mostOvertaken(target.paths)).toBeLessThanOrEqual(2 * slots);
  const completed = async () =>
    (await ringback.db.pool.query(`select 1 from job where state = 'completed' and attempt_count = 1`)).rowCount;
  await expect.poll(completed, { timeout: 120_000 }).toBe(jobs + 1);
}, 240_000);

/** Returns how many requests at most came after one of a lower priority. */
function mostOvertaken(paths: readonly string[]): number {
  const given = paths.map((path) => Number(path.split('/')[1]));
  return Math.max(
    ...priorities.map((priority) => {
      const first = given.findIndex((one) => one < priority);
      return first < 0 ? 0 : given.slice(first).filter((one) => one === priority).length;
    }),
  );
}
