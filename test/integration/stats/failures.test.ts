import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryCounts } from '#src/contract/event/delivery-filter.ts';
import type { JobCounts } from '#src/contract/job/job-filter-input.ts';
import type { Failures, LikeFailures } from '#src/contract/stats/failures.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { addProject } from './stats-project.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function ask<T>(key: string, procedure: string, input: object): Promise<T> {
  const { body } = await ringback.call<T>(procedure, input, { query: true, key });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Lets jobs fail in three ways, and a callback in one. Returns the ids of the jobs. */
async function fail(id: string, key: string): Promise<string[]> {
  receiver.answer(({ path }) => (path === '/never' ? 500 : 204));
  const nobody = `http://localhost:${await freePort()}/`;
  const jobs = [
    ...times(3, { url: `${target.url}/status/500`, retry: 'none' }),
    ...times(2, { url: nobody, connectionError: { retry: { limit: 0 } } }),
    { url: `${target.url}/status/404`, retry: 'none' },
    { url: `${target.url}/json`, callback: { url: `${receiver.url}/never`, retry: { scheduleSeconds: [] } } },
    { url: `${target.url}/json` },
  ];
  const { body } = await ringback.call<{ results: { job: { id: string } }[] }>('jobs.submitMany', { jobs }, { key });
  const open = async () =>
    (
      await ringback.db.pool.query(
        `select 1 from job where project_id = $1 and ended_at is null
         union all select 1 from delivery where project_id = $1 and ended_at is null`,
        [id],
      )
    ).rowCount;
  await expect.poll(open, { timeout: 20_000 }).toBe(0);
  return body.result.data.results.map(({ job }) => job.id);
}

describe('failures', () => {
  it('are grouped by host, cause and rule, and each group is the list that it leads to', async () => {
    const { id, key } = await addProject(ringback);
    await fail(id, key);
    const { groups, from } = await ask<Failures>(key, 'stats.failures', { range: '1h' });
    expect(groups.map(({ of, host, cause, count }) => [of, host, cause, count.count])).toEqual([
      ['jobs', '127.0.0.1', '500', 3],
      ['jobs', 'localhost', 'connection_refused', 2],
      ...[expect.anything(), expect.anything()],
    ]);
    expect(groups.slice(2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ of: 'jobs', cause: '404', host: '127.0.0.1' }),
        expect.objectContaining({ of: 'callbacks', cause: '500', host: '127.0.0.1' }),
      ]),
    );
    for (const { of, failure, count, trend, firstAt, lastAt } of groups) {
      const filter = { failure, endedFrom: from };
      const { counts } =
        of === 'jobs'
          ? await ask<JobCounts>(key, 'jobs.counts', filter)
          : await ask<DeliveryCounts>(key, 'deliveries.counts', filter);
      expect(counts.failed).toEqual(count);
      expect(trend.reduce((sum, step) => sum + step, 0)).toBe(count.count);
      expect(firstAt <= lastAt).toBe(true);
    }
  });

  it('outside the range, and of other projects, are left out', async () => {
    const { id, key } = await addProject(ringback);
    await fail(id, key);
    await ringback.db.pool.query(`update job set ended_at = ended_at - interval '2 hours' where project_id = $1`, [id]);
    const inHour = await ask<Failures>(key, 'stats.failures', { range: '1h' });
    expect(inHour.groups.map(({ of }) => of)).toEqual(['callbacks']);
    const inDay = await ask<Failures>(key, 'stats.failures', { range: '24h' });
    expect(inDay.groups).toHaveLength(4);
    const others = await addProject(ringback);
    expect((await ask<Failures>(others.key, 'stats.failures', { range: '24h' })).groups).toEqual([]);
  });

  it('like that of a job are counted, the job included', async () => {
    const { id, key } = await addProject(ringback);
    const jobs = await fail(id, key);
    const like = (job = '') => ask<LikeFailures>(key, 'stats.like', { id: job });
    expect(await like(jobs[0])).toMatchObject({
      failure: expect.stringContaining('127.0.0.1 500'),
      count: { count: 3 },
    });
    expect(await like(jobs.at(-1))).toMatchObject({ failure: null, count: { count: 0 } });
  });

  it('like that of an attempt that is retried are counted, and are the list that they lead to', async () => {
    const { id, key } = await addProject(ringback);
    await fail(id, key);
    const own = { 500: { limit: 0 } };
    const jobs = times(2, { url: `${target.url}/status/500`, retry: own });
    await ringback.call('jobs.submitMany', { jobs }, { key });
    const retry = { 500: { limit: 1, minTimeoutInMs: 600_000, maxTimeoutInMs: 600_000 } };
    const { body } = await ringback.call<{ id: string }>(
      'jobs.submit',
      { url: `${target.url}/status/500`, retry },
      { key },
    );
    const job = body.result.data.id;
    const asked = { failure: '127.0.0.1 500:500' };
    await expect
      .poll(async () => (await ask<JobCounts>(key, 'jobs.counts', asked)).counts.failed.count, { timeout: 20_000 })
      .toBe(2);
    const attempts = async () => (await ask<{ attempts: object[] }>(key, 'jobs.attempts', { id: job })).attempts.length;
    await expect.poll(attempts, { timeout: 20_000 }).toBe(1);
    // The three that no rule matched have failed otherwise.
    const like = await ask<LikeFailures>(key, 'stats.like', { id: job, attempt: 1 });
    expect(like).toMatchObject({ failure: asked.failure, count: { count: 2, capped: false } });
    expect(await ask<LikeFailures>(key, 'stats.like', { id: job })).toMatchObject({ failure: null });
    const none = await ringback.call('stats.like', { id: job, attempt: 7 }, { query: true, key });
    expect(none.body.error).toMatchObject({ data: { code: 'not_found', field: 'attempt' } });
  });

  it('of a group are run again by the operation that takes any filter, and by no more than the group', async () => {
    const { id, key } = await addProject(ringback);
    await fail(id, key);
    const { groups, from } = await ask<Failures>(key, 'stats.failures', { range: '1h' });
    const filter = { state: 'failed', failure: groups[0]?.failure, endedFrom: from };
    const { body } = await ringback.call('jobs.rerunMany', { jobs: { filter } }, { key });
    expect(body.error).toBeUndefined();
    const again = async () =>
      (await ringback.db.pool.query('select 1 from job where project_id = $1 and rerun_of is not null', [id])).rowCount;
    await expect.poll(again, { timeout: 20_000 }).toBe(3);
    const done = async () =>
      (await ringback.db.pool.query(`select state, total, done from operation where project_id = $1`, [id])).rows;
    await expect.poll(done, { timeout: 20_000 }).toEqual([{ state: 'completed', total: 3, done: 3 }]);
  });
});
