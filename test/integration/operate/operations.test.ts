import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { DeliveryPage } from '#src/contract/event/delivery.ts';
import type { Operation, OperationPage } from '#src/contract/job/operation.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeLog } from '#src/log.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let endpoint: { id: string; name: string };
let made = 0;

const since = '2020-01-01T00:00:00Z';

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
beforeEach(async () => {
  endpoint = await ringback
    .call<{ id: string; name: string }>('endpoints.create', {
      name: `shop-${++made}`,
      url: receiver.url,
      events: ['job.completed'],
    })
    .then(({ body }) => body.result.data);
});
afterEach(async () => {
  await ringback.startWorker();
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

/** Deliveries that have failed, then given to the endpoint: one that fails so often itself would be left in peace. */
async function failedDeliveries(count: number, state = 'failed'): Promise<string[]> {
  receiver.answer(500);
  const jobs = Array.from({ length: count }, () => ({
    url: `${target.url}/json`,
    callback: { url: receiver.url, retry: { scheduleSeconds: [] } },
  }));
  await ringback.call('jobs.submitMany', { jobs });
  await receiver.waitFor(count, 30_000);
  const mine = `state = 'failed' and endpoint_id is null`;
  const failed = async () => (await ringback.db.pool.query(`select id from delivery where ${mine}`)).rows.length;
  await expect.poll(failed, { timeout: 20_000 }).toBe(count);
  await ringback.db.pool.query(
    `update delivery set endpoint_id = $1::uuid, receiver = $1::uuid::text, state = $2 where ${mine}`,
    [parseId('end', endpoint.id), state],
  );
  const ids = receiver.received.map((one) => String(one.headers['webhook-id']));
  receiver.received.length = 0;
  receiver.answer(204);
  return ids.sort();
}

async function start(input: object = {}, procedure = 'resendFailed'): Promise<Operation> {
  const { body } = await ringback.call<Operation>(`deliveries.${procedure}`, {
    endpoint: endpoint.id,
    since,
    ...input,
  });
  return body.result.data;
}

async function get(id: string): Promise<Operation> {
  return (await ringback.call<Operation>('operations.get', { id }, { query: true })).body.result.data;
}

async function inState(id: string, state: string): Promise<Operation> {
  await expect.poll(async () => (await get(id)).state, { timeout: 30_000 }).toBe(state);
  return get(id);
}

const sentIds = () => receiver.received.map((one) => String(one.headers['webhook-id'])).sort();

describe('sending again all that failed', () => {
  it('sends 300 once each, tells how far it is, and keeps its rate whatever the number of workers', async () => {
    const ids = await failedDeliveries(300);
    const second = await runWorker(ringback.config, makeLog(ringback.config, { write: () => undefined }), {
      pace: testPace,
    });
    onTestFinished(() => second.stop());
    const startedAt = Date.now();
    const started = await start({ perSecond: 100 });
    expect(started).toMatchObject({
      kind: 'resend_failed',
      state: 'running',
      input: { endpointId: endpoint.id, since: '2020-01-01T00:00:00.000Z', includeSkipped: false, perSecond: 100 },
      total: 300,
      done: 0,
      failed: 0,
      createdBy: expect.stringMatching(/^key_/),
      endedAt: null,
    });
    const seen = new Set<number>();
    let aheadOfRate = Number.NEGATIVE_INFINITY;
    await expect
      .poll(
        async () => {
          const { done, state } = await get(started.id);
          seen.add(done);
          aheadOfRate = Math.max(aheadOfRate, done - ((Date.now() - startedAt) / 1_000) * 100);
          return state;
        },
        { timeout: 30_000 },
      )
      .toBe('completed');
    // When each arrives also depends on how busy this process is. What was let go does not.
    expect(aheadOfRate).toBeLessThanOrEqual(0);
    // Never above the rate: 300 at 100 a second take three seconds from the start.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2_900);
    expect(seen.size).toBeGreaterThan(1);
    expect(await get(started.id)).toMatchObject({ total: 300, done: 300, failed: 0, endedAt: expect.any(String) });
    await receiver.waitFor(300);
    expect(sentIds()).toEqual(ids);
    await expect.poll(async () => (await failedOnes()).length).toBe(0);
  }, 120_000);

  it('pressed twice answers the one that runs', async () => {
    const ids = await failedDeliveries(3);
    await ringback.stopWorker();
    const presses = await Promise.all([1, 2, 3, 4].map(() => start()));
    expect(new Set(presses.map((one) => one.id)).size).toBe(1);
    const byName = await start({ endpoint: endpoint.name });
    expect(byName.id).toBe(presses[0]?.id);
    await ringback.startWorker();
    await inState(byName.id, 'completed');
    await receiver.waitFor(3);
    expect(sentIds()).toEqual(ids);
    const later = await start();
    expect(later.id).not.toBe(byName.id);
    expect(await inState(later.id, 'completed')).toMatchObject({ total: 0, done: 0 });
  });

  it('stops midway and leaves the rest as it was', async () => {
    await failedDeliveries(60);
    const { id } = await start({ perSecond: 10 });
    await receiver.waitFor(5);
    const response = await ringback.rest('POST', `/v1/operations/${id}/stop`);
    const stopped = (await response.json()) as Operation;
    expect([response.status, stopped.state]).toEqual([200, 'stopped']);
    expect(stopped.done).toBeGreaterThanOrEqual(5);
    expect(stopped.done).toBeLessThan(60);
    // Two more operations end after it: it would have had time to go on.
    for (const perSecond of [1, 2])
      await inState((await start({ since: '2100-01-01T00:00:00Z', perSecond })).id, 'completed');
    await receiver.waitFor(stopped.done);
    expect(await get(id)).toEqual(stopped);
    expect((await ringback.call<Operation>('operations.stop', { id })).body.result.data).toEqual(stopped);
    expect(new Set(sentIds()).size).toBe(stopped.done);
    expect(receiver.received).toHaveLength(stopped.done);
    expect(await failedOnes()).toHaveLength(60 - stopped.done);
  });

  it('stops by itself, and says why, when its endpoint is disabled or deleted: the rest stays failed', async () => {
    await failedDeliveries(30);
    const { id } = await start({ perSecond: 5 });
    await receiver.waitFor(3);
    await ringback.call('endpoints.disable', { id: endpoint.id });
    const stopped = await inState(id, 'stopped');
    expect(stopped.errors).toEqual([{ id: endpoint.id, code: 'endpoint_disabled', message: expect.any(String) }]);
    expect(stopped.endedAt).not.toBeNull();
    expect(stopped.done).toBeLessThan(30);
    expect(await failedOnes()).toHaveLength(30 - stopped.done);

    await ringback.call('endpoints.enable', { id: endpoint.id });
    const { id: second } = await start({ perSecond: 1 });
    await ringback.call('endpoints.delete', { id: endpoint.id });
    expect(await inState(second, 'stopped')).toMatchObject({ errors: [{ code: 'not_found' }] });
  });

  it('goes on with another worker where the first has stopped', async () => {
    const ids = await failedDeliveries(100);
    const { id } = await start({ perSecond: 40 });
    await expect.poll(async () => (await get(id)).done, { timeout: 20_000 }).toBeGreaterThan(0);
    await ringback.stopWorker();
    const before = await get(id);
    expect(before).toMatchObject({ state: 'running', total: 100 });
    expect(before.done).toBeLessThan(100);
    await ringback.startWorker();
    expect(await inState(id, 'completed')).toMatchObject({ total: 100, done: 100 });
    await expect.poll(async () => (await deliveredOnes()).length).toBe(100);
    expect([...new Set(sentIds())]).toEqual(ids);
    const items = await ringback.db.pool.query(
      'select count(*)::int as n from operation_item i join delivery d on d.id = i.item_id where i.operation_id = $1',
      [parseId('op', id)],
    );
    expect(items.rows).toEqual([{ n: 100 }]);
    const tries = await ringback.db.pool.query(
      `select owner_id, count(*)::int as n from attempt a join delivery d on d.id = a.owner_id
       where d.endpoint_id = $1 and a.outcome = 'response' group by owner_id`,
      [parseId('end', endpoint.id)],
    );
    expect(tries.rows.map((row) => row.n)).toEqual(Array(100).fill(2));
  });

  it('does not send once more what fails again meanwhile, and counts what is gone as failed', async () => {
    const ids = await failedDeliveries(6);
    receiver.answer({ status: 422 });
    // As of an earlier release, which did not keep what was not delivered.
    const two = 'select id from delivery where endpoint_id = $1 order by id limit 2';
    const own = [parseId('end', endpoint.id)];
    await ringback.db.pool.query(`delete from delivery_payload where delivery_id in (${two})`, own);
    await ringback.db.pool.query(
      `update result set expires_at = now() where job_id in (select job_id from delivery where id in (${two}))`,
      own,
    );
    await ringback.db.pool.query(`update endpoint set schedule = '[]' where id = $1`, [parseId('end', endpoint.id)]);
    const { id } = await start();
    expect(await inState(id, 'completed')).toMatchObject({ total: 6, done: 4, failed: 2 });
    await expect.poll(async () => (await list({ state: ['pending', 'in_progress'] })).length).toBe(0);
    expect(ids).toEqual(expect.arrayContaining(sentIds()));
    expect(new Set(sentIds()).size).toBe(receiver.received.length);
  });
});

async function list(filter: object) {
  const page = await ringback.call<DeliveryPage>(
    'deliveries.list',
    { endpointId: endpoint.id, limit: 100, ...filter },
    { query: true },
  );
  return page.body.result.data.deliveries;
}

const failedOnes = () => list({ state: 'failed' });
const deliveredOnes = () => list({ state: 'delivered' });

describe('replaying what was skipped', () => {
  it('sends the skipped ones and leaves the failed ones alone, or takes both when asked to', async () => {
    const skipped = await failedDeliveries(4, 'skipped');
    const failed = await failedDeliveries(3);
    const replay = await start({}, 'replaySkipped');
    expect(await inState(replay.id, 'completed')).toMatchObject({ kind: 'replay_skipped', total: 4, done: 4 });
    await receiver.waitFor(4);
    expect(sentIds()).toEqual(skipped);
    await expect.poll(async () => (await deliveredOnes()).length).toBe(4);
    receiver.received.length = 0;
    const again = await failedDeliveries(2, 'skipped');
    const both = await start({ includeSkipped: true });
    expect(await inState(both.id, 'completed')).toMatchObject({ total: 5, done: 5 });
    await receiver.waitFor(5);
    expect(sentIds()).toEqual([...failed, ...again].sort());
  });

  it('takes only what ended since the instant given', async () => {
    await failedDeliveries(2);
    await ringback.db.pool.query(
      `update delivery set ended_at = now() - interval '2 days' where id =
         (select id from delivery where endpoint_id = $1 order by id limit 1)`,
      [parseId('end', endpoint.id)],
    );
    const { id } = await start({ since: new Date(Date.now() - 86_400_000).toISOString() });
    expect(await inState(id, 'completed')).toMatchObject({ total: 1, done: 1 });
  });
});

describe('operations', () => {
  it('are listed newest first, in pages, over REST too', async () => {
    await failedDeliveries(1);
    const response = await ringback.rest('POST', '/v1/deliveries/replay-skipped', {
      json: { endpoint: endpoint.name, since },
    });
    const operation = (await response.json()) as Operation;
    expect(response.status).toBe(202);
    const location = new URL(response.headers.get('location') ?? '');
    await inState(operation.id, 'completed');
    expect(await (await ringback.rest('GET', location.pathname)).json()).toEqual(await get(operation.id));
    const second = await start();
    await inState(second.id, 'completed');
    const first = await (await ringback.rest('GET', '/v1/operations?limit=1')).json();
    expect(first).toEqual({ operations: [await get(second.id)], nextCursor: second.id });
    const next = await ringback.call<OperationPage>(
      'operations.list',
      { limit: 1, cursor: second.id },
      { query: true },
    );
    expect(next.body.result.data.operations.map((one) => one.id)).toEqual([operation.id]);
  });

  it('are refused without the scope, for unknown endpoints, and with a rate out of bounds', async () => {
    const key = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'w', scopes: ['jobs:write'] });
    const { secret } = key.body.result.data;
    const input = { endpoint: endpoint.id, since };
    const started = await start({ since: '2100-01-01T00:00:00Z' });
    // Whoever may read jobs may watch.
    expect((await ringback.rest('GET', `/v1/operations/${started.id}`, { key: secret })).status).toBe(200);
    for (const [path, given] of [
      ['deliveries.resendFailed', input],
      ['deliveries.replaySkipped', input],
      ['operations.stop', { id: started.id }],
    ] as const)
      expect((await ringback.call(path, given, { key: secret })).body.error.data.code).toBe('missing_scope');
    const code = async (given: object) => (await ringback.call('deliveries.resendFailed', given)).body.error.data.code;
    expect(await code({ ...input, endpoint: 'nowhere' })).toBe('not_found');
    expect(await code({ ...input, perSecond: 0 })).toBe('invalid_input');
    expect(await code({ ...input, perSecond: 1_001 })).toBe('invalid_input');
    expect(await code({ endpoint: endpoint.id })).toBe('invalid_input');
    expect((await ringback.call('operations.get', { id: 'op_1' }, { query: true })).body.error.data.code).toBe(
      'not_found',
    );
  });
});
