import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyCallback } from '#src/client/index.ts';
import type { RotatedSecret, TestDelivery } from '#src/contract/endpoint/endpoint.ts';
import { parseId } from '#src/domain/text/id.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;
let calls: ReturnType<typeof endpointCalls>;
beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
  calls = endpointCalls(ringback);
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

/** What the receiver got at a path, once it is there. */
async function receivedAt(path: string) {
  const all = await receiver.waitFor((received) => received.some((one) => one.path === path));
  const one = all.find((each) => each.path === path);
  if (!one) throw new Error(`nothing came to ${path}`);
  return one;
}

describe('a test event that is sent', () => {
  it('comes signed with the endpoint’s own secret and carries its real headers', async () => {
    const headers = { authorization: 'Bearer real-token', 'x-plain': 'p' };
    const { id, name, secret } = await calls.make({ url: `${receiver.url}/signed`, headers });
    const delivery = await calls.ask<TestDelivery>('endpoints.test', { id });
    const came = await receivedAt('/signed');
    expect(came.headers).toMatchObject(headers);
    expect(came.headers['webhook-id']).toBe(delivery.eventId);
    const event = await verifyCallback(came, secret);
    expect(event).toMatchObject({ type: 'endpoint.test', data: { endpoint: { id, name } } });
    await expect(verifyCallback(came, ringback.credentials.webhookSecret)).rejects.toThrow();
    const state = async () => {
      const { rows } = await ringback.db.pool.query('select state from delivery where id = $1', [
        parseId('dlv', delivery.id),
      ]);
      return (rows[0] as { state: string }).state;
    };
    await expect.poll(state).toBe('delivered');
  });

  it('is signed with the old secret too while both are alive', async () => {
    const { id, secret } = await calls.make({ url: `${receiver.url}/rotated` });
    const rotated = await calls.ask<RotatedSecret & { secret: string }>('endpoints.rotateSecret', { id });
    await calls.ask('endpoints.test', { id });
    const came = await receivedAt('/rotated');
    expect(String(came.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const each of [secret, rotated.secret]) {
      expect(await verifyCallback(came, each)).toMatchObject({ type: 'endpoint.test' });
    }
  });
});
