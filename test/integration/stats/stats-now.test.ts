import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Overview } from '#src/contract/stats/stats.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { heartbeat, registerWorker } from '#src/store/worker/workers.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { addProject } from './stats-project.ts';

let ringback: TestRingback;
let gated: GatedTarget;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, gated, receiver] = await Promise.all([
    startRingback({ worker: false }),
    startGatedTarget(),
    startReceiver(),
  ]);
});
afterEach(async () => {
  await endWorkerProcesses();
  await sql('delete from worker');
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([gated.close(), receiver.close()]);
});

const sql = async <T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await ringback.db.pool.query(text, values)).rows as T[];

async function overview(key: string): Promise<Overview> {
  const { body } = await ringback.call<Overview>('stats.overview', { range: '15m' }, { query: true, key });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

const submit = async (key: string, job: object): Promise<string> =>
  (await ringback.call<{ id: string }>('jobs.submit', { url: `${gated.url}/now`, ...job }, { key })).body.result.data
    .id;

const exactly = (count: number) => ({ count, capped: false });
const kinds = async (key: string) => (await overview(key)).alerts.map(({ kind }) => kind);

async function addWorker(condition: Partial<Parameters<typeof heartbeat>[2]> = {}): Promise<string> {
  const id = randomUUID();
  await registerWorker(ringback.db, { id, name: 'host:1', slots: 128, version: '0.1.0' });
  await heartbeat(ringback.db, id, { inFlight: 3, draining: false, egressDown: false, ...condition });
  // It sends no other, and is alive for as long as a test takes.
  await sql(`update worker set heartbeat_at = now() + interval '1 minute' where id = $1`, [id]);
  return id;
}

describe('what waits', () => {
  it('is counted as it is now, and sampled for the charts, a project without any as zero', async () => {
    const busy = await addProject(ringback);
    const idle = await addProject(ringback);
    const oldest = await submit(busy.key, {});
    await submit(busy.key, {});
    await submit(busy.key, { delaySeconds: 3_600 });
    const [{ id: retried } = { id: '' }] = await sql<{ id: string }>(
      `update job set state = 'retrying', next_attempt_at = now() + interval '1 hour' where id = (
         select id from job where project_id = $1 and state = 'queued' order by id desc limit 1) returning id`,
      [busy.id],
    );
    expect(retried).not.toBe('');
    // A sample is that of its minute.
    const leftMs = 60_000 - (Date.now() % 60_000);
    if (leftMs < 5_000) await pause(leftMs);
    expect((await overview(busy.key)).backlog).toEqual({
      ...{
        queued: exactly(1),
        due: exactly(1),
        paused: exactly(0),
        retrying: exactly(1),
        scheduled: exactly(1),
        inProgress: exactly(0),
      },
      ...{ oldestQueuedAt: expect.any(String), oldestQueuedJobId: oldest },
      ...{ deliveries: exactly(0), deliveriesRetrying: exactly(0), oldestDeliveryAt: null, oldestDeliveryId: null },
    });
    await foldStats(ringback, { measure: true });
    expect((await overview(busy.key)).points.filter((point) => point.queued !== null)).toMatchObject([
      { queued: 1, retrying: 1, oldestQueuedMs: expect.any(Number) },
    ]);
    expect((await overview(idle.key)).points.filter((point) => point.queued !== null)).toMatchObject([
      { queued: 0, retrying: 0, oldestQueuedMs: 0 },
    ]);
    const sampled = () => sql(`select counts from stat_bucket where step = 60 order by scope_id, at`);
    const first = await sampled();
    await foldStats(ringback, { measure: true });
    expect(await sampled()).toEqual(first);
  });

  it('is counted up to ten thousand and no further', async () => {
    const { id, key } = await addProject(ringback);
    await sql(
      `insert into job (id, project_id, state, method, url, host, labels, max_attempts, next_attempt_at, admitted_at)
       select gen_random_uuid(), $1, 'queued', 'GET', 'http://a.test', 'a.test', '{}', 1, now() - n * interval '1 ms', now()
       from generate_series(1, 12000) as n`,
      [id],
    );
    expect((await overview(key)).backlog.queued).toEqual({ count: 10_000, capped: true });
    await sql('delete from job where project_id = $1', [id]);
  });
});

describe('workers', () => {
  it('are alive, draining or silent', async () => {
    const { key } = await addProject(ringback);
    await addWorker();
    await addWorker({ draining: true });
    const silent = await addWorker();
    await sql(`update worker set heartbeat_at = now() - interval '16 seconds' where id = $1`, [silent]);
    const { workers } = await overview(key);
    expect(workers.map(({ state }) => state).sort()).toEqual(['alive', 'draining', 'silent']);
    expect(workers[0]).toMatchObject({ name: 'host:1', slots: 128, inFlight: 3 });
    expect(await kinds(key)).not.toContain('no_workers');
  });

  it('that are told to stop say so at once, while they end what they have', async () => {
    const { key } = await addProject(ringback);
    const worker = await startWorkerProcess(ringback, { RINGBACK_WORKER_DRAIN_SECONDS: '60' });
    gated.shut();
    const before = gated.total();
    await submit(key, {});
    await expect.poll(() => gated.total(), { timeout: 20_000 }).toBeGreaterThan(before);
    expect((await overview(key)).workers.map(({ state }) => state)).toEqual(['alive']);
    worker.signal('SIGTERM');
    await expect
      .poll(async () => (await overview(key)).workers.map(({ state }) => state), { timeout: 20_000 })
      .toEqual(['draining']);
    gated.open();
    await worker.ended;
    expect((await overview(key)).workers).toEqual([]);
  });
});

describe('an alert', () => {
  it('says that there is no worker, and since when nothing was heard of any', async () => {
    const { key } = await addProject(ringback);
    expect((await overview(key)).alerts[0]).toMatchObject({ kind: 'no_workers', since: expect.any(String) });
    const id = await addWorker();
    expect(await kinds(key)).toEqual([]);
    const [silent] = await sql<{ heartbeat_at: Date }>(
      `update worker set heartbeat_at = now() - interval '20 seconds' where id = $1 returning heartbeat_at`,
      [id],
    );
    await sql(`delete from stat_bucket where scope_id = '00000000-0000-0000-0000-000000000000'`);
    expect((await overview(key)).alerts).toEqual([{ kind: 'no_workers', since: silent?.heartbeat_at.toISOString() }]);
  });

  it('says since when a worker cannot get out, until it can', async () => {
    const { key } = await addProject(ringback);
    const id = await addWorker({ egressDown: true });
    const [alert] = (await overview(key)).alerts;
    expect(alert).toEqual({ kind: 'egress_down', since: expect.any(String) });
    await heartbeat(ringback.db, id, { inFlight: 0, draining: false, egressDown: true });
    expect((await overview(key)).alerts).toEqual([alert]);
    await heartbeat(ringback.db, id, { inFlight: 0, draining: false, egressDown: false });
    expect(await kinds(key)).toEqual([]);
  });

  it('says that what waits has become more for five minutes, and waits long', async () => {
    const { id, key } = await addProject(ringback);
    await addWorker();
    await sql(`delete from stat_bucket where scope_id = '00000000-0000-0000-0000-000000000000'`);
    await submit(key, {});
    await sql(`update job set next_attempt_at = now() - interval '2 minutes' where project_id = $1`, [id]);
    expect(await kinds(key)).toEqual([]);
    // Minutes around the one five minutes ago, should the next one begin meanwhile.
    const waited = (queued: number) =>
      sql(
        `insert into stat_bucket (scope_id, step, at, counts)
         select scope, 60, date_trunc('minute', now() - n * interval '1 minute'), json_build_object('queued', $2::int)
         from generate_series(4, 6) as n, unnest(array[$1::uuid, '00000000-0000-0000-0000-000000000000']) as scope
         on conflict (scope_id, step, at) do update set counts = excluded.counts`,
        [id, queued],
      );
    await waited(1);
    expect(await kinds(key)).toEqual([]);
    await waited(0);
    expect((await overview(key)).alerts).toMatchObject([{ kind: 'backlog_growing', queued: exactly(1) }]);
    await sql(`update job set next_attempt_at = now() - interval '30 seconds' where project_id = $1`, [id]);
    expect(await kinds(key)).toEqual([]);
  });

  it('says that an endpoint was disabled, with what it missed; not when somebody did that', async () => {
    const { apiKey: key } = ringback.credentials;
    receiver.answer(410);
    const made = async (name: string) => {
      const input = { name, url: `${receiver.url}/gone`, events: ['job.completed'], projectWide: true };
      return (await ringback.call<{ id: string }>('endpoints.create', input)).body.result.data.id;
    };
    const gone = await made('gone');
    const manual = await made('manual');
    await ringback.call('endpoints.disable', { id: manual });
    await ringback.startWorker();
    gated.open();
    await submit(key, {});
    const disabled = async () => (await overview(key)).alerts.filter(({ kind }) => kind === 'endpoint_disabled');
    await expect.poll(async () => (await disabled()).length, { timeout: 20_000 }).toBe(1);
    await submit(key, {});
    const alert = { kind: 'endpoint_disabled', endpointId: gone, name: 'gone', reason: 'gone', at: expect.any(String) };
    await expect.poll(disabled, { timeout: 20_000 }).toEqual([{ ...alert, skipped: exactly(1) }]);
    await ringback.stopWorker();
    const { troubledReceivers } = await overview(key);
    expect(troubledReceivers).toEqual([
      ...[
        {
          endpointId: gone,
          name: 'gone',
          state: 'disabled',
          lastAnswer: '410',
          waiting: exactly(0),
          oldestWaitingAt: null,
          skipped: exactly(1),
          nextTryAt: null,
        },
      ],
      ...[
        {
          endpointId: manual,
          name: 'manual',
          state: 'disabled',
          lastAnswer: null,
          waiting: exactly(0),
          oldestWaitingAt: null,
          skipped: exactly(2),
          nextTryAt: null,
        },
      ],
    ]);
  });
});

it('an endpoint that fails is listed with its last answer, what waits, and when it is tried next', async () => {
  const { apiKey: key } = ringback.credentials;
  receiver.answer('reset');
  const input = { name: 'broken', url: `${receiver.url}/broken`, retry: { scheduleSeconds: [3_600] } };
  const { id } = (await ringback.call<{ id: string }>('endpoints.create', input)).body.result.data;
  await ringback.startWorker();
  gated.open();
  await submit(key, { callback: { endpoint: 'broken' } });
  const broken = async () => (await overview(key)).troubledReceivers.find((one) => one.endpointId === id);
  const expected = { state: 'failing', lastAnswer: 'connection_error', waiting: exactly(1), skipped: exactly(0) };
  await expect.poll(broken, { timeout: 20_000 }).toMatchObject(expected);
  await ringback.stopWorker();
  const inMinutes = (Date.parse((await broken())?.nextTryAt ?? '') - Date.now()) / 60_000;
  expect(inMinutes).toBeGreaterThan(30);
  await sql(`update endpoint set paused_until = now() + interval '20 seconds' where name = 'broken'`);
  expect(await broken()).toMatchObject({ ...expected, state: 'paused' });
});
