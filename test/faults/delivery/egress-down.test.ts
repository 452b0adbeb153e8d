import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { freePort } from '#test/support/free-port.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receivers: Receiver[] = [];

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  // Nobody else is given their ports while nobody listens there.
  receivers = await Promise.all([1, 2, 3, 4, 5].map(async () => startReceiver(await freePort())));
});
afterEach(endWorkerProcesses);
afterAll(async () => {
  await ringback.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function ask<T>(path: string, input: unknown, query = false): Promise<T> {
  return (await ringback.call<T>(path, input, { query })).body.result.data;
}

const delivery = (id: string) => ask<DeliveryView>('deliveries.get', { id }, true);
const endpoint = (id: string) => ask<Endpoint>('endpoints.get', { id }, true);

/** One event for each endpoint, of no job: a job's target would be one more host that answers. */
async function sendToAll(endpointIds: string[]): Promise<string[]> {
  const sent = await Promise.all(endpointIds.map((id) => ask<{ id: string }>('endpoints.test', { id })));
  return sent.map(({ id }) => id);
}

describe('F49: nothing at all can be reached from here', () => {
  it('no attempt is used up, no endpoint is blamed, and all is delivered when the way out is back', async () => {
    await startWorkerProcess(ringback);
    const made = await Promise.all(
      receivers.map(({ url }, index) => ask<Endpoint>('endpoints.create', { name: `way-${index}`, url })),
    );
    const ids = made.map(({ id }) => id);
    const before = await sendToAll(ids);
    for (const id of before)
      await expect.poll(async () => (await delivery(id)).state, { timeout: 10_000 }).toBe('delivered');

    // Failing for as long as would disable them, were the failures to come theirs.
    const urls = receivers.map(({ url }) => url);
    await Promise.all(receivers.map((receiver) => receiver.close()));
    const during = await sendToAll(ids);
    for (const id of during) {
      await expect.poll(async () => (await delivery(id)).tries.length, { timeout: 20_000 }).toBeGreaterThan(1);
    }
    for (const id of ids) {
      expect(await endpoint(id)).toMatchObject({ state: 'enabled', failingSince: null, pausedUntil: null });
    }

    receivers = await Promise.all(urls.map((url) => startReceiver(Number(new URL(url).port))));
    for (const id of during) {
      await expect.poll(async () => (await delivery(id)).state, { timeout: 30_000 }).toBe('delivered');
      const { tries } = await delivery(id);
      const failed = tries.slice(0, -1);
      expect(failed.map((one) => [one.outcome, one.failure?.code, one.decision?.rule])).toEqual(
        failed.map(() => ['connection_error', 'connection_refused', 'egress']),
      );
      expect(failed.every((one) => one.decision?.then === 'retry' && one.decision.countAs === null)).toBe(true);
    }
    const { rows } = await ringback.db.pool.query(
      'select distinct attempt_count - interruption_count as charged from delivery',
    );
    expect(rows).toEqual([{ charged: 1 }]);
  }, 120_000);

  it('one that fails while others answer is to blame itself', async () => {
    const [gone, ...others] = await Promise.all(
      receivers.slice(0, 4).map(({ url }, index) => ask<Endpoint>('endpoints.create', { name: `one-${index}`, url })),
    );
    await startWorkerProcess(ringback);
    const all = await sendToAll([gone, ...others].map((one) => one?.id ?? ''));
    for (const id of all)
      await expect.poll(async () => (await delivery(id)).state, { timeout: 10_000 }).toBe('delivered');
    await receivers[0]?.close();
    const [failing = ''] = await sendToAll([gone?.id ?? '']);
    await expect.poll(async () => (await delivery(failing)).tries.length, { timeout: 10_000 }).toBe(1);
    expect((await delivery(failing)).tries[0]?.decision).toMatchObject({ rule: 'schedule', countAs: 'schedule' });
    expect((await endpoint(gone?.id ?? '')).failingSince).not.toBeNull();
  }, 60_000);
});
