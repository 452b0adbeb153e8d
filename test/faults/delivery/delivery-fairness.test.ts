import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedEndpoint } from '#src/contract/endpoint/endpoint.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

const healthy = 100;
const slots = 60;

let ringback: TestRingback;
let receiver: Receiver;
let slow: Receiver;
let calls: ReturnType<typeof deliveryCalls>;

beforeAll(async () => {
  [ringback, receiver, slow] = await Promise.all([startRingback({ worker: false }), startReceiver(), startReceiver()]);
  calls = deliveryCalls(ringback);
});
afterEach(async () => {
  await endWorkerProcesses();
  await ringback.db.pool.query('delete from worker');
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), slow.close()]);
});

describe('F46: one endpoint hangs, 100 others are well', () => {
  it('the others are served while it hangs, because it never holds more than half of the slots', async () => {
    const endpoints: CreatedEndpoint[] = [];
    for (let n = 0; n < healthy; n++)
      endpoints.push(await calls.make({ name: `well-${n}`, url: `${receiver.url}/${n}` }));
    const hanging = await calls.make({ name: 'hanging', url: slow.url });
    slow.answer('hang');
    await startWorkerProcess(ringback, { RINGBACK_WORKER_SLOTS: String(slots) });
    // Many more than there are slots, each of which hangs for 15 s.
    await seedBacklog(ringback, hanging.id, 1_000);
    await slow.waitFor(slots / 2, 20_000);

    for (let round = 1; round <= 3; round++) {
      const sent = new Set<string>();
      for (const { id } of endpoints)
        sent.add((await calls.ask<{ eventId: string }>('endpoints.test', { id })).eventId);
      await receiver.waitFor(round * healthy, 60_000);
      const came = receiver.received.slice(-healthy).map(({ headers }) => String(headers['webhook-id']));
      expect(new Set(came)).toEqual(sent);
    }
    for (const { at } of receiver.received) expect(heldAt(at)).toBeLessThanOrEqual(slots / 2);
    expect(heldAt(receiver.received[0]?.at ?? 0)).toBe(slots / 2);
  }, 240_000);

  /** Returns how many hanging requests held a slot at that time: all that came within 10 s, as each holds it for 15 s. */
  const heldAt = (time: number) => slow.received.filter(({ at }) => at > time - 10_000 && at <= time).length;
});

describe('F47: one endpoint has 100,000 deliveries waiting, another gets one', () => {
  it('which arrives before all but two thousand of them', async () => {
    const [busy, other] = [
      await calls.make({ name: 'busy', url: `${slow.url}/busy` }),
      await calls.make({ name: 'other', url: `${receiver.url}/other` }),
    ];
    slow.answer(204);
    slow.received.length = 0;
    receiver.received.length = 0;
    await seedBacklog(ringback, busy.id, 100_000);
    await startWorkerProcess(ringback);
    const messages = async (): Promise<number> =>
      (
        await ringback.db.pool.query(
          `select coalesce(sum(jsonb_array_length(data -> 'ids')), 0)::int as n from pgboss.job where name = 'deliver'`,
        )
      ).rows[0].n;
    await expect.poll(messages, { ...patient, timeout: 60_000 }).toBeGreaterThan(20_000);
    const others = () => receiver.received.filter(({ path }) => path === '/other');
    for (let turn = 1; turn <= 5; turn++) {
      const from = Date.now();
      await calls.event(other.id);
      await receiver.waitFor(() => others().length >= turn, 60_000);
      const arrived = others()[turn - 1]?.at ?? 0;
      expect(slow.received.filter(({ at }) => at >= from && at <= arrived).length).toBeLessThan(2_000);
    }
    // All the while thousands were before it.
    expect(await messages()).toBeGreaterThan(10_000);
    expect(slow.received.length).toBeLessThan(90_000);
  }, 180_000);
});
