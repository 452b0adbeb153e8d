import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StatRange } from '#src/contract/stats/stat-range.ts';
import type { EndpointStats, Overview } from '#src/contract/stats/stats.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { insertStatDeltas } from '#src/store/stats/stat-rows.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { freePort } from '#test/support/free-port.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { addProject } from './stats-project.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let calls: ReturnType<typeof endpointCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
  calls = endpointCalls(ringback);
});
afterAll(async () => {
  await endWorkerProcesses();
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const sql = async <T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await ringback.db.pool.query(text, values)).rows as T[];

async function overview(key: string, range: StatRange = '1h'): Promise<Overview> {
  const { body } = await ringback.call<Overview>('stats.overview', { range }, { query: true, key });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

async function submitAll(key: string, jobs: object[]): Promise<string[]> {
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs }, { key });
  return body.result.data.results.map((one) => {
    expect(one).toMatchObject({ ok: true });
    return one.ok ? one.job.id : '';
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const counts = ({ totals }: Overview) => ({ ...totals, duration: null, deliveryDuration: null });

async function noneOpen(projectId: string): Promise<void> {
  await expect
    .poll(
      () =>
        sql(
          `select (select count(*)::int from job where project_id = $1 and ended_at is null) as jobs,
                  (select count(*)::int from delivery where project_id = $1 and ended_at is null) as deliveries`,
          [projectId],
        ),
      { timeout: 30_000 },
    )
    .toEqual([{ jobs: 0, deliveries: 0 }]);
}

/** One of everything that can happen to a job and its callback. */
async function play(key: string): Promise<void> {
  const fast = { strategy: 'backoff', minTimeoutInMs: 10, maxTimeoutInMs: 20, limit: 3 };
  const once = { retry: { limit: 0 } };
  receiver.answer(({ path }) => (path === '/never' ? 500 : path === '/second' && second++ === 0 ? 503 : 204));
  let second = 0;
  await submitAll(key, [
    ...times(5, { url: `${target.url}/json`, callback: `${receiver.url}/always` }),
    { url: `${target.url}/plan?key=${key}&statuses=503,200`, retry: { '503': fast } },
    ...times(3, { url: `${target.url}/status/500`, retry: 'none' }),
    { url: `${target.url}/status/404`, callback: { url: `${receiver.url}/never`, retry: { scheduleSeconds: [] } } },
    { url: `${target.url}/hang`, timeout: { durationInMs: '1s' }, retry: 'none' },
    { url: `http://localhost:${await freePort()}/`, connectionError: once },
    { url: `${target.url}/json`, callback: { url: `${receiver.url}/second`, retry: { scheduleSeconds: [0] } } },
    {
      url: `${target.url}/status/503`,
      retry: { '503': { ...fast, minTimeoutInMs: 3_600_000, maxTimeoutInMs: 3_600_000 } },
      deadlineSeconds: 1,
    },
  ]);
  const [waiting = ''] = await submitAll(key, [{ url: `${target.url}/json`, delaySeconds: 3_600 }]);
  await ringback.call('jobs.cancel', { id: waiting }, { key });
  await ringback.call('jobs.cancel', { id: waiting }, { key });
  const again = { url: `${target.url}/json`, idempotencyKey: `again-${key}` };
  await Promise.all(times(3, again).map((job) => ringback.call('jobs.submit', job, { key })));
}

const played = {
  ...{ submitted: 16, completed: 8, failed: 7, cancelled: 1, successRate: 8 / 15 },
  ...{ delivered: 6, deliveriesFailed: 1, duration: null, deliveryDuration: null },
};

describe('the overview', () => {
  it('counts every end of a job and a delivery once, folded or not, and nothing of another project', async () => {
    const ours = await addProject(ringback);
    const others = await addProject(ringback);
    await ringback.startWorker();
    await play(ours.key);
    await noneOpen(ours.id);
    await ringback.stopWorker();

    const before = await overview(ours.key, '30d');
    expect(counts(before)).toEqual(played);
    expect(before.totals.duration?.p50).toBeLessThan(2_000);
    expect(before.totals.duration?.p99).toBeGreaterThanOrEqual(900);
    expect(before.totals.deliveryDuration?.p50).toBeLessThan(2_000);
    await foldStats(ringback, { measure: false });
    expect(await sql('select 1 from stat_delta')).toEqual([]);
    const folded = await overview(ours.key, '30d');
    expect({ ...folded, to: '' }).toEqual({ ...before, to: '', workers: [], alerts: expect.anything() });
    await foldStats(ringback, { measure: false });
    expect(counts(await overview(ours.key))).toEqual(played);
    for (const range of ['15m', '6h', '24h', '7d'] as const)
      expect(counts(await overview(ours.key, range))).toEqual(played);

    expect(folded.failingHosts).toEqual([
      { host: '127.0.0.1', failed: 6, ended: 14, mostly: '500' },
      { host: 'localhost', failed: 1, ended: 1, mostly: 'connection_error' },
    ]);
    const theirs = await overview(others.key);
    expect(counts(theirs)).toMatchObject({ submitted: 0, completed: 0, failed: 0, successRate: null, delivered: 0 });
    expect(theirs.failingHosts).toEqual([]);
  });

  it('has a point for each step of the range, aligned and zero where nothing was', async () => {
    const { key, id } = await addProject(ringback);
    const hour = 3_600_000;
    for (const agoMs of [0, 2 * hour, 5 * hour]) {
      await ringback.db.transaction((tx) =>
        insertStatDeltas(tx, new Map([[id, { totals: { submitted: 1 + agoMs / hour, duration: { '80': 2 } } }]])),
      );
      await sql(
        `update stat_delta set at = now() - $1 * interval '1 ms' where id = (select max(id) from stat_delta where project_id = $2)`,
        [agoMs, id],
      );
    }
    for (const when of ['unfolded', 'folded']) {
      const { points, totals, previous, from, stepSeconds } = await overview(key, '6h');
      expect([when, points.length, stepSeconds]).toEqual([when, 36, 600]);
      expect(points.map(({ at }) => Date.parse(at))).toEqual(points.map((_, i) => Date.parse(from) + i * 600_000));
      expect(Date.parse(from) % 600_000).toBe(0);
      expect(points.map((point) => point.submitted).filter((n) => n > 0)).toEqual([6, 3, 1]);
      expect(points.filter((point) => point.duration !== null)).toHaveLength(3);
      expect([totals.submitted, previous.submitted]).toEqual([10, 0]);
      expect(points[0]).toMatchObject({ completed: 0, duration: null, queued: null, oldestQueuedMs: null });
      const hourly = await overview(key, '1h');
      expect([hourly.points.length, hourly.totals.submitted, hourly.previous.submitted]).toEqual([60, 1, 0]);
      await foldStats(ringback, { measure: false });
    }
  });

  it('compares with the range of the same length before', async () => {
    const { key, id } = await addProject(ringback);
    await ringback.db.transaction((tx) =>
      insertStatDeltas(tx, new Map([[id, { totals: { completed: 4, failed: 4 } }]])),
    );
    await sql(`update stat_delta set at = now() - interval '90 minutes' where project_id = $1`, [id]);
    const { totals, previous } = await overview(key, '1h');
    expect([totals.completed, totals.successRate]).toEqual([0, null]);
    expect([previous.completed, previous.failed, previous.successRate]).toEqual([4, 4, 0.5]);
  });

  it('refuses a range that there is not', async () => {
    const { body } = await ringback.call('stats.overview', { range: '2h' }, { query: true });
    expect(body.error.data.code).toBe('invalid_input');
  });
});

describe('a worker that is killed', () => {
  it('leaves every job counted once', async () => {
    const { key, id } = await addProject(ringback);
    const [gated, held] = [await startGatedTarget(), await startGatedTarget()];
    onTestFinished(async () => {
      await Promise.all([gated.close(), held.close()]);
    });
    const job = ({ url }: GatedTarget) => ({ url: `${url}/killed`, callback: `${receiver.url}/killed` });
    const jobs = [...times(30, job(gated)), ...times(30, job(held))];
    const first = await startWorkerProcess(ringback);
    await submitAll(key, jobs);
    await expect.poll(() => [gated.total(), held.total()], { timeout: 20_000 }).toEqual([30, 30]);
    gated.open();
    // The one that dies has settled half of them, and holds the others.
    await expect.poll(async () => (await overview(key)).totals.completed, { timeout: 20_000 }).toBe(30);
    first.signal('SIGKILL');
    await first.ended;
    await sql('update worker set dead_at = now()');
    await startWorkerProcess(ringback);
    held.open();
    await noneOpen(id);
    await endWorkerProcesses();
    const expected = { submitted: 60, completed: 60, failed: 0, delivered: 60, deliveriesFailed: 0 };
    expect((await overview(key)).totals).toMatchObject(expected);
    await foldStats(ringback, { measure: false });
    expect((await overview(key)).totals).toMatchObject(expected);
    await sql('delete from worker');
  });
});

describe('an endpoint', () => {
  it('has its deliveries and its tries counted, and says how it last failed', async () => {
    let hits = 0;
    receiver.answer(({ path }) => (path === '/statistics' && hits++ < 2 ? 500 : 204));
    const endpoint = await calls.make({ url: `${receiver.url}/statistics`, retry: { scheduleSeconds: [0] } });
    await ringback.startWorker();
    const job = { url: `${target.url}/json`, callback: { endpoint: endpoint.name } };
    const key = ringback.credentials.apiKey;
    const [first] = await submitAll(key, [job]);
    expect(first).toMatch(/^job_/);
    const stats = async () => {
      const input = { id: endpoint.id, range: '15m' };
      return (await ringback.call<EndpointStats>('stats.endpoint', input, { query: true })).body.result.data;
    };
    await expect.poll(async () => (await stats()).failed, { timeout: 20_000 }).toBe(1);
    await submitAll(key, [job]);
    await expect.poll(async () => (await stats()).delivered, { timeout: 20_000 }).toBe(1);
    await ringback.stopWorker();
    for (const when of ['now', 'folded']) {
      const all = await stats();
      expect([when, all.delivered, all.failed]).toEqual([when, 1, 1]);
      expect(all.points).toHaveLength(15);
      expect(all.points.reduce((sum, point) => sum + point.failedTries, 0)).toBe(2);
      expect(all.tryDuration?.p50).toBeLessThan(1_000);
      expect(all.lastFailure).toEqual({ at: expect.any(String), answer: '500' });
      expect([all.waiting, all.skipped, all.oldestWaitingAt]).toEqual([
        { count: 0, capped: false },
        { count: 0, capped: false },
        null,
      ]);
      await foldStats(ringback, { measure: false });
    }
  });

  it('of another project is not there', async () => {
    const endpoint = await calls.make();
    const { key } = await addProject(ringback);
    expect(await calls.refusal('stats.endpoint', { id: endpoint.id, range: '1h' }, { query: true, key })).toMatchObject(
      {
        status: 404,
        code: 'not_found',
      },
    );
  });
});
