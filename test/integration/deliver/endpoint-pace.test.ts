import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Operation } from '#src/contract/job/operation.ts';
import { parseId } from '#src/domain/text/id.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;
let calls: ReturnType<typeof endpointCalls>;

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
  calls = endpointCalls(ringback);
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

const run = (sql: string, values: unknown[] = []) => ringback.db.pool.query(sql, values);

/** Events that wait for their turn. */
async function untilWaiting(id: string, count: number): Promise<void> {
  const sql = `select count(*)::int as n from delivery where endpoint_id = $1 and state = 'pending' and next_attempt_at > now()`;
  const now = async () => (await run(sql, [parseId('end', id)])).rows[0].n;
  await expect.poll(now, { timeout: 20_000 }).toBe(count);
}

it.each([
  ['raised', 1_000],
  ['taken away', null],
])('a rate that is %s holds for what waits already', async (_what, rate) => {
  const { id } = await calls.make({ url: receiver.url, rate: 0.05 });
  for (let i = 0; i < 10; i++) await calls.ask('endpoints.test', { id });
  await untilWaiting(id, 9);
  expect(receiver.received).toHaveLength(1);
  await calls.ask('endpoints.update', { id, rate });
  // At the rate before, the next one alone would take 20 s.
  await receiver.waitFor(10, 15_000);
  // And for what comes now.
  await calls.ask('endpoints.test', { id });
  await receiver.waitFor(11, 15_000);
});

it('a rate that is lowered holds at once, also for what was about to go', async () => {
  const { id } = await calls.make({ url: receiver.url, rate: 10 });
  for (let i = 0; i < 30; i++) await calls.ask('endpoints.test', { id });
  await receiver.waitFor(3);
  await calls.ask('endpoints.update', { id, rate: 0.5 });
  const from = Date.now();
  await receiver.waitFor((all) => all.some(({ at }) => at > from + 4_000), 10_000);
  // Some may have been on their way. By the rate before, more than twenty had their times.
  expect(receiver.received.filter(({ at }) => at > from).length).toBeLessThanOrEqual(10);
});

it('a live event does not stand behind thousands that are sent again', async () => {
  const { id, name } = await calls.make({ url: receiver.url });
  await calls.pause(id);
  await seedBacklog(ringback, id, 3_000);
  await untilWaiting(id, 3_000);
  await run(
    `update delivery set state = 'failed', attempt_count = 1, ended_at = now(), next_attempt_at = null, admitted_at = null
     where endpoint_id = $1`,
    [parseId('end', id)],
  );
  await run('update endpoint set rate = 1, failing_since = null, paused_until = null where id = $1', [
    parseId('end', id),
  ]);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const operation = await calls.ask<Operation>('deliveries.resendFailed', { endpoint: name, since, perSecond: 1_000 });
  const state = async () => (await calls.ask<Operation>('operations.get', { id: operation.id }, true)).state;
  await expect.poll(state, { timeout: 20_000 }).toBe('completed');
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  const { eventId } = await calls.ask<{ eventId: string }>('endpoints.test', { id });
  await receiver.waitFor((all) => all.some(({ headers }) => headers['webhook-id'] === eventId), 8_000);
}, 60_000);
