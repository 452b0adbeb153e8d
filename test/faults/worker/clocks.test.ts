import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { endWorkerProcesses, startWorkerProcess, type WorkerProcess } from '#test/support/processes.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

/** Ten minutes: more than any wait here, than any lease, and than what a receiver of callbacks tolerates. */
const offsetMs = 600_000;

let ringback: TestRingback;
let target: Target;
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
});
afterEach(async () => {
  await endWorkerProcesses();
  // Otherwise the next ones take over what these had, which is nothing.
  await ringback.db.pool.query('delete from worker');
});
afterAll(async () => {
  await Promise.all([ringback.close(), target.close()]);
});

const startSkewed = (byMs: number): Promise<WorkerProcess> =>
  startWorkerProcess(ringback, {
    NODE_OPTIONS: `--import=${path.resolve('test/support/preload-clock.ts')}`,
    TEST_CLOCK_OFFSET_MS: String(byMs),
  });

async function submit(input: object): Promise<string> {
  return (await ringback.call<Job>('jobs.submit', input)).body.result.data.id;
}
const get = async (id: string) => (await ringback.call<Job>('jobs.get', { id }, { query: true })).body.result.data;
const attemptsOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data.attempts;
const arrivals = (part: string) => target.requests.filter((one) => one.path.includes(part)).map(({ at }) => at);

/** Submits ten of a kind, so that each worker has some, and waits until all are completed. */
async function completeTen(input: (index: number) => object): Promise<{ ids: string[]; from: number }> {
  const from = Date.now();
  const ids = await Promise.all(Array.from({ length: 10 }, (_, index) => submit(input(index))));
  for (const id of ids) await expect.poll(async () => (await get(id)).state, { timeout: 30_000 }).toBe('completed');
  return { ids, from };
}

it.each([
  ['ahead', offsetMs],
  ['behind', -offsetMs],
])(
  'workers whose clock is ten minutes %s keep times, leases and waits',
  async (name, byMs) => {
    // A 503 with Retry-After holds back all jobs with the same credentials.
    const headers = { 'x-api-key': name };
    const workers = [await startSkewed(byMs), await startSkewed(byMs)];
    const plain = await completeTen((index) => ({
      url: `${target.url}/json?${name}-${index}`,
      deadlineSeconds: 60,
      headers,
    }));

    const delayed = await completeTen((index) => ({
      url: `${target.url}/json?delay-${name}-${index}`,
      delaySeconds: 2,
    }));
    for (const at of arrivals(`delay-${name}`)) expect(at - delayed.from).toBeGreaterThanOrEqual(2_000);

    const plan = `${target.url}/plan?statuses=503,200&retry-after=2&key=${name}`;
    const retried = await completeTen((index) => ({ url: `${plan}-${index}-`, deadlineSeconds: 60, headers }));
    for (let index = 0; index < 10; index++) {
      const [first = 0, second = 0] = arrivals(`key=${name}-${index}-`);
      expect(second - first).toBeGreaterThanOrEqual(2_000);
    }

    // They judge each other by the clock of the database: nothing was taken away and made again.
    for (const { ids } of [plain, delayed, retried])
      for (const id of ids)
        expect((await attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(
          retried.ids.includes(id) ? ['response', 'response'] : ['response'],
        );
    for (const worker of workers) {
      expect(worker.output()).not.toContain('declared this one dead');
      expect(worker.output()).not.toContain('took over the jobs');
    }
    await endWorkerProcesses();
  },
  120_000,
);

it('a schedule that is due is run once by workers with clocks twenty minutes apart', async () => {
  await Promise.all([startSkewed(offsetMs), startSkewed(-offsetMs)]);
  const { body } = await ringback.call<{ id: string; name: string }>('schedules.create', {
    name: 'skewed',
    cron: '@yearly',
    job: { url: `${target.url}/json?skewed` },
  });
  expect(body.result.data.name).toBe('skewed');
  await ringback.db.pool.query('update schedule set next_run_at = now()');
  await expect.poll(() => arrivals('skewed').length, { timeout: 20_000 }).toBe(1);
  const { rows } = await ringback.db.pool.query(
    `select (select next_run_at > now() from schedule) as later, (select count(*)::int from job where url like '%skewed') as jobs`,
  );
  expect(rows).toEqual([{ later: true, jobs: 1 }]);
}, 60_000);

it('a wrong clock spoils signatures alone: their time is that of the process that sends', async () => {
  const receiver = await startReceiver();
  await startSkewed(offsetMs);
  await submit({ url: `${target.url}/json`, callback: receiver.url });
  const [one] = await receiver.waitFor(1, 20_000);
  const aheadMs = Number(one?.headers['webhook-timestamp']) * 1_000 - (one?.at ?? 0);
  expect(Math.abs(aheadMs - offsetMs)).toBeLessThan(30_000);
  await receiver.close();
}, 60_000);
