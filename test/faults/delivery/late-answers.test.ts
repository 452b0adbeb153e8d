import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

let ringback: TestRingback;
let receiver: Receiver;
let operators: Receiver;
let calls: ReturnType<typeof deliveryCalls>;
beforeAll(async () => {
  [ringback, receiver, operators] = await Promise.all([startRingback(), startReceiver(), startReceiver()]);
  calls = deliveryCalls(ringback);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), operators.close()]);
});

/** A try that will be answered 410, but only after what a test does to its endpoint meanwhile. */
async function underWay(name: string) {
  receiver.answer(({ path }) => (path === `/${name}` ? { status: 410, afterMs: 2_500 } : 204));
  const endpoint = await calls.make({ name, url: `${receiver.url}/${name}` });
  const id = await calls.event(endpoint.id);
  await receiver.waitFor((received) => received.some(({ path }) => path === `/${name}`));
  return { endpoint, id };
}

describe('an answer to a try from before', () => {
  it('another URL was given says nothing about the new one', async () => {
    const { endpoint, id } = await underWay('moved');
    await calls.ask('endpoints.update', { id: endpoint.id, url: `${receiver.url}/moved-to` });
    await calls.inState(id, 'failed');
    expect(await calls.endpoint(endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null });
    await calls.inState(await calls.event(endpoint.id), 'delivered');
  });

  it('the endpoint was enabled again does not disable it', async () => {
    const { endpoint, id } = await underWay('again');
    await calls.ask('endpoints.disable', { id: endpoint.id });
    await calls.ask('endpoints.enable', { id: endpoint.id });
    await calls.inState(id, 'failed');
    expect(await calls.endpoint(endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null });
  });

  it('the endpoint was deleted tells operators nothing', async () => {
    await calls.make({ name: 'ops', url: operators.url, projectWide: true, events: ['endpoint.disabled'] });
    const { endpoint, id } = await underWay('deleted');
    await calls.ask('endpoints.delete', { id: endpoint.id });
    await calls.inState(id, 'failed');
    // What is told is told in the transaction that fails the delivery, and sent at once.
    await pause(300);
    expect(operators.received).toEqual([]);
  });
});

describe('a delivery whose endpoint is deleted between claim and send', () => {
  it('is not sent under the signature of the project', async () => {
    receiver.answer(204);
    const endpoint = await calls.make({ name: 'gone', url: `${receiver.url}/gone`, scheduleSeconds: [1, 1, 1] });
    const client = await ringback.db.pool.connect();
    try {
      await beginAndHold(client);
      // Whoever wants to sign waits.
      await client.query('lock table webhook_secret in access exclusive mode');
      const id = await calls.event(endpoint.id);
      await calls.inState(id, 'in_progress');
      const uuid = parseId('end', endpoint.id);
      await client.query('update endpoint set deleted_at = now(), sealed = null where id = $1', [uuid]);
      await client.query('delete from webhook_secret where endpoint_id = $1', [uuid]);
      await client.query('commit');
      expect(await calls.inState(id, 'cancelled')).toMatchObject({
        tries: [{ failure: { code: 'no_signing_secret' } }],
      });
    } finally {
      client.release();
    }
    expect(receiver.received.filter(({ path }) => path === '/gone')).toEqual([]);
  });
});

describe('a delivery to an endpoint that has moved', () => {
  it('shows, and tells operators, where it went at last', async () => {
    const told = await calls.make({
      ...{ name: 'told', url: `${operators.url}/told`, projectWide: true, events: ['delivery.failed'] },
    });
    receiver.answer(500);
    const schedule = { scheduleSeconds: [1] };
    const endpoint = await calls.make({ name: 'goes', url: `${receiver.url}/old`, ...schedule });
    const job = await calls.submit({
      url: `${ringback.url}/playground/target?plan=200`,
      callback: { endpoint: 'goes' },
    });
    const { id } = await calls.ofJob(job.id);
    await calls.inState(id, 'retrying');
    await calls.ask('endpoints.update', { id: endpoint.id, url: `${receiver.url}/new` });
    const url = `${receiver.url}/new`;
    expect(await calls.inState(id, 'failed')).toMatchObject({ url, attempts: 2 });
    const [event] = await operators.waitFor((received) => received.some(({ path }) => path === '/told'));
    expect(JSON.parse(String(event?.body))).toMatchObject({ type: 'delivery.failed', data: { delivery: { url } } });
    await calls.ask('endpoints.delete', { id: told.id });
  });

  it('tells those who ask for labels only of jobs that have them', async () => {
    receiver.answer(500);
    const wants = { projectWide: true, events: ['delivery.failed'] };
    const teams = await Promise.all(
      ['a', 'b'].map((team) =>
        calls.make({ name: `team-${team}`, url: `${operators.url}/team-${team}`, labels: [`team-${team}`], ...wants }),
      ),
    );
    const callback = { url: `${receiver.url}/no`, retry: { scheduleSeconds: [] } };
    // A new endpoint is known after a second at most.
    await pause(1_100);
    await calls.submit({ url: `${ringback.url}/playground/target?plan=200`, labels: ['team-b'], callback });
    const at = (path: string) => operators.received.filter((one) => one.path === path);
    await operators.waitFor(() => at('/team-b').length === 1);
    await pause(300);
    expect(at('/team-a')).toEqual([]);
    for (const { id } of teams) await calls.ask('endpoints.delete', { id });
  });
});

describe('a wait that an endpoint has asked for', () => {
  it('is kept when what was under way meanwhile is answered otherwise', async () => {
    let n = 0;
    receiver.answer(() => {
      n += 1;
      // All three are under way before the first answer.
      return n === 1
        ? { status: 429, headers: { 'retry-after': '3600' }, afterMs: 2_000 }
        : { status: n === 2 ? 503 : 204, afterMs: 1_600 + n * 400 };
    });
    const { id } = await calls.make({ name: 'asks', url: `${receiver.url}/asks` });
    const events = await Promise.all([1, 2, 3].map(() => calls.event(id)));
    await expect
      .poll(async () => (await Promise.all(events.map(calls.get))).map(({ tries }) => tries.length), patient)
      .toEqual([1, 1, 1]);
    const { pausedUntil } = await calls.endpoint(id);
    expect(Date.parse(pausedUntil ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });
});
