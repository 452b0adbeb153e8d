import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** A try that will be answered 410, but later. */
async function underWay(name: string) {
  receiver.answer(({ path }) => (path === `/${name}` ? { status: 410, afterMs: 700 } : 204));
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

describe('a wait that an endpoint has asked for', () => {
  it('is kept when what was under way meanwhile is answered otherwise', async () => {
    let n = 0;
    receiver.answer(() => {
      n += 1;
      return n === 1
        ? { status: 429, headers: { 'retry-after': '3600' }, afterMs: 500 }
        : { status: n === 2 ? 503 : 204, afterMs: n * 400 };
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
