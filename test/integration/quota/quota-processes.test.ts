import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { freePort } from '#test/support/free-port.ts';
import { startWebProcess, type WorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
const others: WorkerProcess[] = [];
const doors: string[] = [];
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
  const ports = [await freePort(), await freePort()];
  others.push(...(await Promise.all(ports.map((port) => startWebProcess(ringback, port)))));
  doors.push(...ports.map((port) => `http://127.0.0.1:${port}`));
});
afterAll(async () => {
  for (const other of others) other.signal('SIGTERM');
  await Promise.all(others.map(({ ended }) => ended));
  await ringback.close();
  await target.close();
});

const post = async (door: string, path: string, body: object) => {
  const response = await fetch(door + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
};

/** Sends as many submits to both processes at once, and returns how many each status has. */
async function flood(count: number, job: object): Promise<Record<number, number>> {
  const statuses = await Promise.all(
    Array.from({ length: count }, (_, index) => post(doors[index % doors.length] ?? '', '/v1/jobs', job)),
  );
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Sets quotas, and waits until both processes know that there are some. */
async function set(change: object): Promise<void> {
  await ringback.call('settings.setQuotas', change);
  const open = `update quota_use set day_jobs = day_jobs + 1000000000`;
  await ringback.db.pool.query(open);
  for (const door of doors) await expect.poll(() => post(door, '/v1/jobs', { url: 'https://example.com/' })).toBe(429);
  await ringback.db.pool.query('update quota_use set day_jobs = day_jobs - 1000000000');
}

const jobs = async () => (await ringback.db.pool.query<{ n: number }>('select count(*)::int as n from job')).rows[0]?.n;

it('two web processes accept together exactly as many jobs as the quota lets in', async () => {
  await set({ jobsPerDay: 1_000_000 });
  const before = (await jobs()) ?? 0;
  await ringback.call('settings.setQuotas', { jobsPerDay: before + 100 });
  expect(await flood(400, { url: 'https://example.com/', delaySeconds: 3_600 })).toEqual({ 202: 100, 429: 300 });
  expect(await jobs()).toBe(before + 100);
}, 60_000);

it('no more jobs are open than the quota says, while jobs end and both processes accept others', async () => {
  await ringback.db.pool.query('truncate job, stat_delta, stat_bucket, quota_use');
  await set({ jobsPerDay: 1_000_000, openJobs: 20 });
  let done = false;
  let most = 0;
  const watching = (async () => {
    while (!done) {
      const { rows } = await ringback.db.pool.query<{ n: number }>(
        `select count(*)::int as n from job where ended_at is null`,
      );
      most = Math.max(most, rows[0]?.n ?? 0);
    }
  })();
  onTestFinished(() => {
    done = true;
  });
  let accepted = 0;
  const job = { url: `${target.url}/status/200`, retry: 'none' };
  while (accepted < 100) accepted += (await flood(60, job))[202] ?? 0;
  done = true;
  await watching;
  expect(most).toBeLessThanOrEqual(20);
  expect(most).toBeGreaterThan(0);
  const { rows } = await ringback.db.pool.query<{ day_jobs: number }>('select day_jobs from quota_use');
  expect(rows[0]?.day_jobs).toBe(await jobs());
}, 60_000);
