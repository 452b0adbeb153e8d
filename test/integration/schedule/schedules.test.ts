import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Job, JobPage } from '#src/contract/job/job.ts';
import type { Schedule, SchedulePage, SchedulePreview } from '#src/contract/schedule/schedule.ts';
import { makeLog } from '#src/log.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: Target;
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(() => Promise.all([ringback.close(), target.close()]));

const call = async <T = Schedule>(path: string, input: object): Promise<T> => {
  const { body } = await ringback.call<T>(`schedules.${path}`, input);
  if (body.error) throw new Error(body.error.message);
  return body.result.data;
};
const get = async (id: string) =>
  (await ringback.call<Schedule>('schedules.get', { id }, { query: true })).body.result.data;
const create = (name: string, more: object = {}) =>
  call('create', { name, cron: '@yearly', job: { url: `${target.url}/status/200` }, ...more });
const jobsOf = async (name: string): Promise<JobPage['jobs']> => {
  const { body } = await ringback.call<JobPage>('jobs.list', { label: `schedule:${name}` }, { query: true });
  return body.result.data.jobs;
};
/** Makes a schedule due, as if its time had come so long ago. */
const makeDue = (id: string, agoMs = 0) =>
  ringback.db.pool.query(
    `update schedule set next_run_at = now() - $2::float8 * interval '1 ms' where id::text = $1 or name = $1`,
    [id, agoMs],
  );
const ran = (name: string) => vi.waitFor(async () => expect((await get(name)).lastRun).not.toBeNull(), 10_000);

it('makes a job at its time, with its label, and goes on to the next time', async () => {
  const made = await create('at-its-time', { cron: '0 0 1 1 *', timezone: 'Europe/Berlin' });
  expect(made).toMatchObject({
    name: 'at-its-time',
    description: 'At 00:00, on day 1 of the month, in January',
    timezone: 'Europe/Berlin',
    overlap: 'allow',
    missed: 'one',
    pausedAt: null,
    lastRun: null,
    lastJob: null,
    label: 'schedule:at-its-time',
  });
  expect(made.nextRunAt).toMatch(/-12-31T23:00:00.000Z$/);
  await makeDue('at-its-time');
  await ran('at-its-time');
  await expect.poll(async () => (await get(made.id)).lastJob?.state, { timeout: 10_000 }).toBe('completed');
  const after = await get(made.id);
  expect(after).toMatchObject({ nextRunAt: made.nextRunAt, lastRun: { outcome: 'ran', reason: null } });
  expect((await jobsOf('at-its-time')).map(({ id }) => id)).toEqual([after.lastJob?.id]);
  const { body } = await ringback.call<Job>('jobs.get', { id: after.lastJob?.id }, { query: true });
  expect(body.result.data.idempotencyKey).toBe(`schedule:${made.id}:${after.lastRun?.at}`);
});

it('runs once with several workers', async () => {
  const others = await Promise.all(
    [1, 2, 3].map(() =>
      runWorker(ringback.config, makeLog(ringback.config, { write: () => undefined }), { pace: testPace }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(others.map((one) => one.stop()));
  });
  const names = Array.from({ length: 120 }, (_, index) => `many-${index}`);
  for (const name of names) await create(name);
  await ringback.db.pool.query(`update schedule set next_run_at = now() where name like 'many-%'`);
  const counted = async () => {
    const { rows } = await ringback.db.pool.query<{ label: string; count: number }>(
      `select label, count(*)::int as count from job, unnest(labels) as label where label like 'schedule:many-%' group by 1`,
    );
    return rows;
  };
  await expect.poll(async () => (await counted()).length, { timeout: 20_000 }).toBe(120);
  const due = await ringback.db.pool.query(`select 1 from schedule where name like 'many-%' and next_run_at <= now()`);
  expect(due.rowCount).toBe(0);
  expect((await counted()).filter(({ count }) => count !== 1)).toEqual([]);
});

it('lists, previews, changes and deletes', async () => {
  await create('changing', { cron: '@daily' });
  const changed = await call('update', { id: 'changing', cron: '0 9 * * MON-FRI', overlap: 'skip', name: 'changed' });
  expect(changed).toMatchObject({ name: 'changed', description: 'At 09:00, from Monday to Friday', overlap: 'skip' });
  const list = await ringback.call<SchedulePage>('schedules.list', { search: 'chang' }, { query: true });
  expect(list.body.result.data.schedules.map(({ name }) => name)).toEqual(['changed']);
  const input = { cron: '0 9 * * MON-FRI', timezone: 'Asia/Tokyo' };
  const preview = await ringback.call<SchedulePreview>('schedules.preview', input, { query: true });
  expect(preview.body.result.data.times).toHaveLength(5);
  expect(await call<{ id: string }>('delete', { id: 'changed' })).toEqual({ id: changed.id });
  const gone = await ringback.call('schedules.get', { id: 'changed' }, { query: true });
  expect(gone.body.error.data.code).toBe('not_found');
});
