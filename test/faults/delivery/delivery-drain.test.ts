import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

const count = 50;

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let calls: ReturnType<typeof deliveryCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
  calls = deliveryCalls(ringback);
});
afterEach(async () => {
  await endWorkerProcesses();
  await ringback.db.pool.query('delete from worker');
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

/** 50 deliveries that the receiver holds. */
async function inFlight(): Promise<void> {
  const jobs = Array.from({ length: count }, (_, i) => ({ url: `${target.url}/json?${i}`, callback: receiver.url }));
  await calls.ask<SubmitManyResult>('jobs.submitMany', { jobs });
  await receiver.waitFor(count, 20_000);
}

describe('F4: SIGTERM with 50 deliveries in flight', () => {
  it('they end within the grace, nothing more is claimed, and none fails by us', async () => {
    receiver.answer((_one, index) => (index < count ? { status: 204, afterMs: 4_000 } : 204));
    const endpoint = await calls.make({ name: 'later', url: `${receiver.url}/later` });
    const worker = await startWorkerProcess(ringback, { RINGBACK_WORKER_DRAIN_SECONDS: '20' });
    await inFlight();
    worker.signal('SIGTERM');
    const toldAt = Date.now();
    // Due when the signal has long been heard and the drain goes on.
    await expect.poll(() => Date.now() - toldAt, patient).toBeGreaterThan(1_000);
    const late = await calls.event(endpoint.id);
    expect(await worker.ended).toBe(0);
    expect(await calls.get(late)).toMatchObject({ state: 'pending', attempts: 0 });
    const all = await calls.list({});
    const sent = all.filter((one) => one.type === 'job.completed');
    expect(sent.map((one) => [one.state, one.attempts])).toEqual(Array(count).fill(['delivered', 1]));
    expect(all.filter((one) => one.state === 'failed' || one.state === 'in_progress')).toEqual([]);
    const { rows } = await ringback.db.pool.query('select 1 from delivery where claimed_by is not null');
    expect(rows).toEqual([]);

    await startWorkerProcess(ringback);
    await receiver.waitFor((received) => received.some((one) => one.path === '/later'), 20_000);
    await calls.inState(late, 'delivered');
    expect(receiver.received).toHaveLength(count + 1);
  }, 90_000);
});

describe('F5: the grace is exceeded, or somebody insists', () => {
  it.each([
    ['the grace is exceeded', '1', 1],
    ['a second SIGTERM comes', '300', 2],
  ])(
    'when %s, tries are interrupted, not charged, and left to another worker',
    async (_what, seconds, signals) => {
      receiver.answer((_one, index) => (index < count ? 'hang' : 204));
      const worker = await startWorkerProcess(ringback, { RINGBACK_WORKER_DRAIN_SECONDS: seconds });
      await inFlight();
      worker.signal('SIGTERM');
      const toldAt = Date.now();
      if (signals === 2) {
        // Two signals within a second are one wish: npm passes on what the terminal has sent as well.
        await expect.poll(() => Date.now() - toldAt, patient).toBeGreaterThan(1_200);
        worker.signal('SIGTERM');
      }
      expect(await worker.ended).toBe(0);
      expect(Date.now() - toldAt).toBeLessThan(30_000);

      const open = await calls.list({ state: 'retrying' });
      expect(open).toHaveLength(count);
      const { tries } = await calls.get(open[0]?.id ?? '');
      expect(tries).toMatchObject([
        { outcome: 'interrupted', failure: { code: 'shutdown' }, decision: { then: 'retry', countAs: null } },
      ]);
      const { rows } = await ringback.db.pool.query(
        `select distinct attempt_count - interruption_count as charged from delivery where state = 'retrying'`,
      );
      expect(rows).toEqual([{ charged: 0 }]);

      await startWorkerProcess(ringback);
      await receiver.waitFor(2 * count, 20_000);
      await expect.poll(async () => (await calls.list({ state: ['retrying', 'in_progress'] })).length, patient).toBe(0);
      const ids = receiver.received.map((one) => one.headers['webhook-id']);
      expect(new Set(ids.slice(count))).toEqual(new Set(ids.slice(0, count)));
    },
    90_000,
  );
});
