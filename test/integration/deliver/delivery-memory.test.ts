import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const count = 8;
const bytes = 8_000_000;
const answerMs = 600;

let ringback: TestRingback;
let receiver: Receiver;

beforeAll(async () => {
  const env = { RINGBACK_WORKER_MEMORY_BYTES: String(16 * 1024 ** 2) };
  [ringback, receiver] = await Promise.all([startRingback({ worker: false, env }), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

/** How many of the received were being answered when any one of them came, at most. */
function mostAtOnce(): number {
  const times = receiver.received.map(({ at }) => at);
  return Math.max(...times.map((at) => times.filter((other) => other <= at && other > at - answerMs).length));
}

async function stopWhenDone(): Promise<void> {
  const sql = `select count(*)::int as n from delivery where state <> 'delivered'`;
  await expect.poll(async () => (await ringback.db.pool.query(sql)).rows[0].n, { timeout: 10_000 }).toBe(0);
  await ringback.stopWorker();
}

it.each(['a plain URL', 'an endpoint'])(
  'events of 8 MB that are due together go to %s as memory allows',
  async (to) => {
    receiver.received.length = 0;
    receiver.answer({ status: 204, afterMs: answerMs });
    const { id } = await endpointCalls(ringback).make({ url: receiver.url });
    await seedBacklog(ringback, id, count);
    const run = (sql: string) => ringback.db.pool.query(sql, [parseId('end', id)]);
    await run(`insert into delivery_payload (delivery_id, body)
             select id, convert_to(repeat('x', ${bytes}), 'UTF8') from delivery where endpoint_id = $1`);
    if (to === 'a plain URL')
      await run(`update delivery set endpoint_id = null, receiver = 'url', headers = '{}' where endpoint_id = $1`);
    await ringback.startWorker();
    await receiver.waitFor(count, 30_000);
    await stopWhenDone();
    expect(mostAtOnce()).toBeLessThanOrEqual(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(count);
  },
  60_000,
);

it('one that is larger than all memory for them goes by itself, and small ones do not wait for it', async () => {
  receiver.received.length = 0;
  let large = 0;
  receiver.answer((one) => ({ status: 204, afterMs: one.body.byteLength > bytes && large++ === 0 ? 8_000 : 0 }));
  const { make, ask } = endpointCalls(ringback);
  const { id } = await make({ url: receiver.url });
  await seedBacklog(ringback, id, 2);
  await ringback.db.pool.query(
    `insert into delivery_payload (delivery_id, body)
     select id, convert_to(repeat('x', 20000000), 'UTF8') from delivery where endpoint_id = $1`,
    [parseId('end', id)],
  );
  await ringback.startWorker();
  await receiver.waitFor(1);
  await ask('endpoints.test', { id });
  // Sooner than the first large one is answered.
  const [, small] = await receiver.waitFor(2, 7_000);
  expect(small?.body.byteLength).toBeLessThan(1_000);
  await receiver.waitFor(3, 25_000);
  await stopWhenDone();
}, 60_000);
