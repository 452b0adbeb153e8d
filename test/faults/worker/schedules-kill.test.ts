import { afterAll, beforeAll, expect, test } from 'vitest';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
});
afterAll(async () => {
  await endWorkerProcesses();
  await Promise.all([ringback.close(), target.close()]);
});

const schedules = 400;

const count = async (sql: string) => {
  const { rows } = await ringback.db.pool.query<{ count: number }>(`select count(*)::int as count ${sql}`);
  return rows[0]?.count ?? 0;
};

test('workers that are killed while schedules are due make each job once', async () => {
  const template = { cron: '@yearly', job: { url: `${target.url}/status/200` } };
  const make = (index: number) => ringback.call('schedules.create', { ...template, name: `kill-${index}` });
  for (let at = 0; at < schedules; at += 20) await Promise.all(Array.from({ length: 20 }, (_, one) => make(at + one)));
  await ringback.db.pool.query('update schedule set next_run_at = now()');
  for (const some of [1, 100, 200]) {
    const worker = await startWorkerProcess(ringback);
    await expect.poll(() => count('from job'), { timeout: 30_000, interval: 1 }).toBeGreaterThanOrEqual(some);
    worker.signal('SIGKILL');
    await worker.ended;
  }
  await Promise.all([startWorkerProcess(ringback), startWorkerProcess(ringback)]);
  await expect.poll(() => count('from schedule where next_run_at <= now()'), { timeout: 30_000 }).toBe(0);
  expect(await count('from job')).toBe(schedules);
  expect(await count('from (select distinct labels from job) as made')).toBe(schedules);
  expect(await count(`from schedule where last_outcome = 'ran' and last_job_id in (select id from job)`)).toBe(
    schedules,
  );
}, 240_000);
