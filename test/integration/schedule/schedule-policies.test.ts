import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCountingTarget } from '#test/integration/flow/counting-target.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type Scheduling, scheduling } from './scheduling.ts';

let ringback: TestRingback;
let client: Scheduling['client'];
let { makeDue, untilRun, jobsOf } = {} as Scheduling;
let held: Awaited<ReturnType<typeof startCountingTarget>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [ringback, held, receiver] = await Promise.all([startRingback(), startCountingTarget(null), startReceiver()]);
  ({ client, makeDue, untilRun, jobsOf } = scheduling(ringback));
});
afterAll(async () => {
  held.answerAll();
  await Promise.all([ringback.close(), held.close(), receiver.close()]);
});

const create = (name: string, more: object = {}) =>
  client.schedules.create({ name, cron: '@yearly', job: { url: receiver.url }, ...more });

it('with overlap skip makes no job while the last one has not ended, and says so', async () => {
  await create('skipping', { overlap: 'skip', job: { url: held.url } });
  await makeDue('skipping');
  await untilRun('skipping');
  await makeDue('skipping');
  await untilRun('skipping');
  const skipped = await client.schedules.get('skipping');
  expect(skipped.lastRun).toMatchObject({ outcome: 'skipped', reason: { code: 'overlap' } });
  const [first, ...others] = await jobsOf('skipping');
  expect(others).toEqual([]);
  expect(skipped.lastJob?.id).toBe(first?.id);
  const ended = async () => {
    held.answerAll();
    return (await client.schedules.get('skipping')).lastJob?.state;
  };
  await expect.poll(ended, { timeout: 10_000 }).toBe('completed');
  await makeDue('skipping');
  await untilRun('skipping');
  expect(await jobsOf('skipping')).toHaveLength(2);
});

it('with overlap allow makes another job meanwhile', async () => {
  await create('allowing', { job: { url: held.url } });
  for (const _ of [1, 2]) {
    await makeDue('allowing');
    await untilRun('allowing');
  }
  expect(await jobsOf('allowing')).toHaveLength(2);
  held.answerAll();
});

it('makes one late job for all times that no worker was there for', async () => {
  await ringback.stopWorker();
  await create('late', { cron: '@hourly' });
  await makeDue('late', 86_400);
  await ringback.startWorker();
  await untilRun('late');
  expect(await jobsOf('late')).toHaveLength(1);
  const { nextRunAt, lastRun } = await client.schedules.get('late');
  expect(lastRun?.outcome).toBe('ran');
  expect(Date.parse(nextRunAt ?? '')).toBeGreaterThan(Date.now() - 5_000);
  await client.schedules.pause('late');
});

it('with missed skip makes none for what is late, and one for what is not', async () => {
  await create('punctual', { missed: 'skip' });
  await makeDue('punctual', 3_600);
  await untilRun('punctual');
  expect((await client.schedules.get('punctual')).lastRun).toMatchObject({
    outcome: 'skipped',
    reason: { code: 'missed' },
  });
  expect(await jobsOf('punctual')).toEqual([]);
  await makeDue('punctual', 30);
  await untilRun('punctual');
  expect(await jobsOf('punctual')).toHaveLength(1);
});

it('pauses, keeps no account of the pause, and resumes with the first time from now', async () => {
  await create('resting', { cron: '@hourly' });
  const paused = await client.schedules.pause('resting');
  expect(paused.nextRunAt).toBeNull();
  expect((await client.schedules.pause('resting')).pausedAt).toBe(paused.pausedAt);
  expect((await client.schedules.update('resting', { cron: '@daily' })).nextRunAt).toBeNull();
  const resumed = await client.schedules.resume('resting');
  expect(resumed.pausedAt).toBeNull();
  expect(Date.parse(resumed.nextRunAt ?? '')).toBeGreaterThan(Date.now());
  expect((await client.schedules.resume('resting')).nextRunAt).toBe(resumed.nextRunAt);
  expect(await jobsOf('resting')).toEqual([]);
});

it('begins paused when asked to, and runs now all the same', async () => {
  const { nextRunAt, pausedAt } = await create('by-hand', { paused: true, overlap: 'skip', job: { url: held.url } });
  expect([nextRunAt, pausedAt === null]).toEqual([null, false]);
  const first = await client.schedules.runNow('by-hand');
  const second = await client.schedules.runNow('by-hand');
  expect(first.labels).toEqual(['schedule:by-hand']);
  expect((await client.schedules.get('by-hand')).lastJob?.id).toBe(second.id);
  expect(await jobsOf('by-hand')).toHaveLength(2);
  held.answerAll();
});

it('a template that is no longer valid is refused at its run, and holds up nothing', async () => {
  const endpoint = await client.trpc.endpoints.create.mutate({ name: 'gone-soon', url: receiver.url });
  await create('refused', { job: { url: receiver.url, callback: { endpoint: 'gone-soon' } } });
  await create('beside');
  await client.trpc.endpoints.delete.mutate({ id: endpoint.id });
  await Promise.all([makeDue('refused', 5), makeDue('beside')]);
  await untilRun('refused');
  await untilRun('beside');
  expect(await jobsOf('beside')).toHaveLength(1);
  expect((await client.schedules.get('refused')).lastRun).toMatchObject({
    outcome: 'refused',
    reason: { code: 'invalid_input', message: 'there is no endpoint "gone-soon" in this project' },
  });
  expect(ringback.logged()).toContain('a schedule made no job');
  await expect(client.schedules.runNow('refused')).rejects.toMatchObject({ field: 'job.callback.endpoint' });
});

it('a key that a job of somebody else has is no second job', async () => {
  const { id } = await create('guarded');
  const at = new Date(Date.now() - 1_000);
  const idempotencyKey = `schedule:${id}:${at.toISOString()}`;
  const before = await client.submit({ url: receiver.url, idempotencyKey });
  await ringback.db.pool.query('update schedule set next_run_at = $1 where name = $2', [at, 'guarded']);
  await untilRun('guarded');
  expect(await client.schedules.get('guarded')).toMatchObject({
    lastRun: { outcome: 'ran' },
    lastJob: { id: before.id },
  });
  expect(await jobsOf('guarded')).toEqual([]);
});

it('a job that the database cannot store holds up no others', async () => {
  await Promise.all(['bad', 'good-1', 'good-2'].map((name) => create(`storing-${name}`, { cron: '@yearly' })));
  await ringback.stopWorker();
  // What the checks of a submission let through and the database refuses is not known: a rule stands in for it.
  const rule = 'not_this_label';
  await ringback.db.pool.query(
    `alter table job add constraint ${rule} check (not labels && '{"schedule:storing-bad"}')`,
  );
  await ringback.db.pool.query(`update schedule set next_run_at = now() where name like 'storing-%'`);
  await ringback.startWorker();
  await Promise.all(['bad', 'good-1', 'good-2'].map((name) => untilRun(`storing-${name}`)));
  await ringback.db.pool.query(`alter table job drop constraint ${rule}`);
  expect((await client.schedules.get('storing-bad')).lastRun).toMatchObject({ outcome: 'refused' });
  for (const name of ['storing-good-1', 'storing-good-2']) expect(await jobsOf(name)).toHaveLength(1);
});
