import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryCounts, DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import type { JobCounts, JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount, Overview } from '#src/contract/stats/stats.ts';
import { formatId } from '#src/domain/text/id.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { heartbeat, registerWorker } from '#src/store/worker/workers.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { addProject } from './stats-project.ts';

let ringback: TestRingback;
let target: GatedTarget;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([
    startRingback({ worker: false }),
    startGatedTarget(),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const sql = async <T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await ringback.db.pool.query(text, values)).rows as T[];

async function ask<T>(key: string, procedure: string, input: object): Promise<T> {
  const { body } = await ringback.call<T>(procedure, input, { query: true, key });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

const overview = (key: string, input: object = { range: '1h' }) => ask<Overview>(key, 'stats.overview', input);
const deliveries = async (key: string, filter: DeliveryFilterInput) =>
  (await ask<DeliveryCounts>(key, 'deliveries.counts', filter)).counts;
const jobs = async (key: string, filter: JobFilterInput) => (await ask<JobCounts>(key, 'jobs.counts', filter)).counts;
const exactly = (count: number): CappedCount => ({ count, capped: false });

type Made = { endpoint?: string; url?: string; state?: string; ago?: string; answer?: number };

/** Puts deliveries in a state that tries of hours would lead to. */
async function put(projectId: string, count: number, made: Made): Promise<void> {
  const { endpoint = null, url = 'https://unused.test/', state = 'retrying', ago = '0 s', answer = null } = made;
  await sql(
    `insert into delivery (id, project_id, event_id, endpoint_id, type, terminal, receiver, url, payload, state, attempt_count,
       next_attempt_at, created_at, status)
     select (lpad(to_hex((extract(epoch from now() - $5::interval) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid,
       $1, gen_random_uuid(), $2, 'job.completed', false, 'r', $3, 'full', $4, 1,
       now() + interval '1 hour', now() - $5::interval, $6 from generate_series(1, $7)`,
    [projectId, endpoint, url, state, ago, answer, count],
  );
}

async function addEndpoint(projectId: string, name: string, failing: boolean): Promise<string> {
  const id = randomUUID();
  await sql(
    `insert into endpoint (id, project_id, name, url, headers, events, state, failing_since, last_failure_answer)
     values ($1, $2, $3, 'https://hooks.test/', '{}', '{}', 'enabled', case when $4 then now() end, case when $4 then '503' end)`,
    [id, projectId, name, failing],
  );
  return id;
}

async function addWorker(): Promise<void> {
  const id = randomUUID();
  await registerWorker(ringback.db, { id, name: 'host:1', slots: 8, version: '0.1.0' });
  await heartbeat(ringback.db, id, { inFlight: 0, draining: false, egressDown: false });
}

describe('callbacks that are late', () => {
  it('are told of by receiver, first the one for which the most waits, and each number is its list', async () => {
    const { id, key } = await addProject(ringback);
    await addWorker();
    const [busy, broken, quick] = [
      await addEndpoint(id, 'busy', false),
      await addEndpoint(id, 'broken', true),
      await addEndpoint(id, 'quick', false),
    ];
    await put(id, 2, { endpoint: busy, state: 'pending', ago: '2 minutes' });
    await put(id, 3, { endpoint: broken, ago: '6 minutes' });
    await put(id, 1, { endpoint: quick, state: 'pending' });
    await put(id, 4, { url: 'https://app.test/hook?a=1', ago: '3 minutes', answer: 500 });
    await put(id, 1, { url: 'https://app.test.evil.test/hook', state: 'pending' });
    const { troubledReceivers, backlog, alerts } = await overview(key);
    expect(
      troubledReceivers.map(({ name, state, waiting, lastAnswer }) => [name, state, waiting.count, lastAnswer]),
    ).toEqual([
      ['https://app.test', 'failing', 4, '500'],
      ['broken', 'failing', 3, '503'],
      ['busy', 'late', 2, null],
    ]);
    for (const { endpointId, name, waiting } of troubledReceivers) {
      const { pending, retrying } = await deliveries(key, endpointId ? { endpointId } : { origin: name });
      expect(exactly(pending.count + retrying.count)).toEqual(waiting);
    }
    const all = await deliveries(key, {});
    expect(backlog.deliveries).toEqual(exactly(all.pending.count + all.retrying.count));
    expect(backlog).toMatchObject({ deliveries: exactly(11), deliveriesRetrying: all.retrying });
    expect(alerts).toMatchObject([
      {
        ...{ kind: 'callbacks_waiting', waiting: exactly(11), growing: false },
        worst: { endpointId: null, name: 'https://app.test', waiting: exactly(4) },
      },
    ]);
  });

  it('are sampled for the chart: how many wait, and since when the oldest', async () => {
    const { id, key } = await addProject(ringback);
    await put(id, 3, { ago: '10 minutes' });
    await sql('delete from stat_bucket');
    await foldStats(ringback, { measure: true });
    const measured = (await overview(key)).points.filter((point) => point.deliveriesWaiting !== null);
    expect(measured).toMatchObject([{ deliveriesWaiting: 3 }]);
    expect(measured[0]?.oldestDeliveryMs).toBeGreaterThanOrEqual(600_000);
    expect(measured[0]?.oldestDeliveryMs).toBeLessThan(900_000);
  });

  it('are not late when old ones are sent again: they wait since then', async () => {
    const { id, key } = await addProject(ringback);
    receiver.answer(500);
    target.open();
    await ringback.startWorker();
    const callback = { url: `${receiver.url}/hook`, retry: { scheduleSeconds: [] } };
    await ringback.call('jobs.submit', { url: `${target.url}/now`, callback }, { key });
    const failed = () =>
      sql<{ id: string }>(`select id from delivery where project_id = $1 and state = 'failed'`, [id]);
    await expect.poll(failed, { timeout: 20_000 }).toHaveLength(1);
    await ringback.stopWorker();
    await addWorker();
    await sql(`update delivery set created_at = created_at - interval '2 days' where project_id = $1`, [id]);
    const [delivery] = await failed();
    const { body } = await ringback.call('deliveries.resend', { id: formatId('dlv', delivery?.id ?? '') }, { key });
    expect(body.error).toBeUndefined();
    const { backlog, alerts, troubledReceivers } = await overview(key);
    expect(backlog.deliveries).toEqual(exactly(1));
    expect(Date.now() - Date.parse(backlog.oldestDeliveryAt ?? '')).toBeLessThan(3_600_000);
    expect([alerts.map(({ kind }) => kind), troubledReceivers]).toEqual([[], []]);
    await sql(`update delivery set resent_at = now() - interval '7 minutes' where project_id = $1`, [id]);
    expect((await overview(key)).alerts).toMatchObject([{ kind: 'callbacks_waiting' }]);
  });

  it.each([
    ['an origin with a path', { origin: 'https://app.test/hook' }],
    ['no origin', { origin: 'app.test' }],
  ])('are not looked for at %s', async (_what, filter) => {
    const { key } = await addProject(ringback);
    const { body } = await ringback.call('deliveries.counts', filter, { query: true, key });
    expect(body.error?.message).toContain('origin');
  });
});

describe('each figure of a range', () => {
  it('is the number of rows in the list that it leads to, by when they ended', async () => {
    const { id, key } = await addProject(ringback);
    receiver.answer(({ path }) => (path === '/never' ? 500 : 204));
    target.open();
    await ringback.startWorker();
    const once = { retry: { scheduleSeconds: [] } };
    const submitted = [
      ...Array.from({ length: 3 }, () => ({ callback: { url: `${receiver.url}/hook`, ...once } })),
      ...Array.from({ length: 2 }, () => ({ callback: { url: `${receiver.url}/never`, ...once } })),
    ].map((job) => ({ url: `${target.url}/now`, ...job }));
    await ringback.call('jobs.submitMany', { jobs: submitted }, { key });
    await expect
      .poll(() => sql('select 1 from delivery where project_id = $1 and ended_at is not null', [id]), {
        timeout: 20_000,
      })
      .toHaveLength(5);
    await ringback.stopWorker();
    // Made long before the range, as jobs and deliveries are that were tried for hours.
    await sql(`update job set created_at = created_at - interval '2 days' where project_id = $1`, [id]);
    await sql(`update delivery set created_at = created_at - interval '2 days' where project_id = $1`, [id]);
    const { totals, from } = await overview(key);
    const listed = await deliveries(key, { endedFrom: from });
    expect([listed.delivered, listed.failed]).toEqual([exactly(totals.delivered), exactly(totals.deliveriesFailed)]);
    expect([totals.delivered, totals.deliveriesFailed]).toEqual([3, 2]);
    expect((await jobs(key, { endedFrom: from })).completed).toEqual(exactly(totals.completed));
    expect((await deliveries(key, { endedTo: from })).delivered).toEqual(exactly(0));
    expect(totals.deliveryDuration?.p95).toBeLessThan(10_000);
    const { points } = await overview(key);
    expect(points.filter((point) => point.deliveryDuration !== null).length).toBeGreaterThan(0);
  });
});

describe('a range of ones own', () => {
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

  it('shows an hour of yesterday by the minute, with the burst in it', async () => {
    const { id, key } = await addProject(ringback);
    const burst = Math.floor((Date.now() - 20 * 3_600_000) / 60_000) * 60_000;
    for (const step of [60, 1_800])
      await sql(`insert into stat_bucket (scope_id, step, at, counts) values ($1, $2, $3, '{"completed":70}')`, [
        ...[id, step, new Date(Math.floor(burst / step / 1_000) * step * 1_000)],
      ]);
    const range = { from: new Date(burst - 1_800_000).toISOString(), to: new Date(burst + 1_800_000).toISOString() };
    const { stepSeconds, points, totals, range: name } = await overview(key, range);
    expect({ stepSeconds, length: points.length, name, completed: totals.completed }).toEqual({
      ...{ stepSeconds: 60, length: 60, name: null, completed: 70 },
    });
    expect(points.filter(({ completed }) => completed > 0).map((point) => point.at)).toEqual([
      new Date(burst).toISOString(),
    ]);
  });

  it.each([
    ['limits in the wrong order', { from: at(5), to: at(10) }, 'from must be before to'],
    ['a time to come', { from: at(-10), to: at(-20) }, 'from must not be in the future'],
    ['a time that nothing is known of', { from: at(100 * 1_440), to: at(5) }, 'from must not be before'],
    ['one limit', { from: at(5) }, 'give a range, or both from and to'],
    ['nothing', {}, 'give a range, or both from and to'],
    ['a range and limits', { range: '1h', from: at(5), to: at(1) }, 'not both'],
  ])('is refused for %s', async (_what, input, message) => {
    const { key } = await addProject(ringback);
    const { body } = await ringback.call('stats.overview', input, { query: true, key });
    expect(body.error?.message).toContain(message);
  });
});
