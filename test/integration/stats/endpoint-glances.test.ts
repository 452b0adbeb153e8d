import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EndpointGlances } from '#src/contract/stats/stats.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

const glances = async () =>
  (await ringback.call<EndpointGlances>('stats.endpoints', undefined, { query: true })).body.result.data.endpoints;

async function make(name: string): Promise<string> {
  const { body } = await ringback.call<{ id: string }>('endpoints.create', { name, url: receiver.url });
  return body.result.data.id;
}

it('says of each endpoint what waits, what was skipped, how many arrived, and the last answer', async () => {
  const well = await make('well');
  const late = await make('late');
  const off = await make('off');
  await ringback.call('endpoints.disable', { id: off });
  await ringback.call('endpoints.test', { id: off });
  await ringback.call('endpoints.test', { id: well });
  await receiver.waitFor(1);
  receiver.answer(503);
  await ringback.call('endpoints.test', { id: late });
  const byId = async () => new Map((await glances()).map((one) => [one.id, one]));
  const none = { count: 0, capped: false };
  const one = { count: 1, capped: false };
  const isThere = async () => {
    const now = await byId();
    return now.get(well)?.delivered === 1 && now.get(late)?.failedTries.at(-1) === 1;
  };
  await expect.poll(isThere, { timeout: 30_000 }).toBe(true);
  const now = await byId();
  expect(now.get(well)).toMatchObject({ waiting: none, skipped: none, delivered: 1, failed: 0, lastFailure: null });
  expect(now.get(late)).toMatchObject({ waiting: one, delivered: 0, lastFailure: '503' });
  expect(now.get(late)?.oldestWaitingAt).not.toBeNull();
  expect(now.get(off)).toMatchObject({ waiting: none, skipped: one });
  expect(now.get(well)?.failedTries).toHaveLength(48);
});
