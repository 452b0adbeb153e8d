import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

/** A worker that is silent for so long is dead. Another 60 s are allowed until its deliveries are sent again. */
const leaseMs = testPace.silentAfterSeconds * 1_000;

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let deps: ServerDeps;
let calls: ReturnType<typeof deliveryCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
  deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  calls = deliveryCalls(ringback);
});
afterEach(async () => {
  await endWorkerProcesses();
  await ringback.db.pool.query('delete from worker');
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const at = (path: string) => receiver.received.filter((one) => one.path === path);
const outcomes = (tries: { outcome: string; failure: { code: string } | null }[]) =>
  tries.map((one) => one.failure?.code ?? one.outcome);

async function waitingForLock(): Promise<number> {
  const sql = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
               and application_name = 'ringback worker' and query like '%webhook_secret%'`;
  return (await ringback.db.pool.query(sql)).rowCount ?? 0;
}

describe('F1 and F2: a worker is killed before it has sent one delivery, and after another has arrived', () => {
  it('each is sent within the lease and a minute, the arrived one again under its id, with a new timestamp', async () => {
    receiver.answer(({ path }, index) => (path === '/arrived' && index === 0 ? 'hang' : 204));
    const endpoint = await calls.make({ name: 'unsent', url: `${receiver.url}/unsent` });
    const first = await startWorkerProcess(ringback);
    const job = await calls.submit({ url: `${target.url}/json`, callback: `${receiver.url}/arrived` });
    await receiver.waitFor(1);
    // The other one stands before its request: what it is to be signed with cannot be read.
    const holder = await ringback.db.pool.connect();
    await beginAndHold(holder);
    await holder.query('lock table webhook_secret in access exclusive mode');
    const unsent = await calls.event(endpoint.id);
    await expect.poll(waitingForLock, patient).toBe(1);
    first.signal('SIGKILL');
    await first.ended;
    const killedAt = Date.now();
    await holder.query('rollback');
    holder.release();

    await startWorkerProcess(ringback);
    await receiver.waitFor(() => at('/arrived').length === 2 && at('/unsent').length === 1, leaseMs + 60_000);
    expect(Date.now() - killedAt).toBeLessThan(leaseMs + 60_000);

    const F1 = await calls.inState(unsent, 'delivered');
    expect(outcomes(F1.tries)).toEqual(['worker_lost', 'response']);
    expect(at('/unsent')).toHaveLength(1);

    const F2 = await calls.inState((await calls.ofJob(job.id)).id, 'delivered');
    expect(outcomes(F2.tries)).toEqual(['worker_lost', 'response']);
    expect(F2.tries[0]?.decision).toMatchObject({ then: 'retry', countAs: null });
    const [before, after] = at('/arrived');
    expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
    expect(after?.body.equals(before?.body ?? Buffer.alloc(0))).toBe(true);
    expect(Number(after?.headers['webhook-timestamp'])).toBeGreaterThan(Number(before?.headers['webhook-timestamp']));
    expect(at('/arrived')).toHaveLength(2);
  }, 150_000);
});

describe('F3: a worker is killed after the result is stored', () => {
  it('nothing is sent again, also by a message that is still there or comes twice', async () => {
    const worker = await startWorkerProcess(ringback);
    const job = await calls.submit({ url: `${target.url}/json`, callback: receiver.url });
    const { id } = await calls.inState((await calls.ofJob(job.id)).id, 'delivered');
    worker.signal('SIGKILL');
    await worker.ended;
    await deps.db.transaction((tx) =>
      deps.queue.insert(
        tx,
        'deliver',
        [1, 2, 3].map(() => ({ id: parseId('dlv', id) ?? '', delayMs: 0 })),
      ),
    );
    await startWorkerProcess(ringback);
    const messages = async () =>
      (await ringback.db.pool.query(`select 1 from pgboss.job where name = 'deliver' and state < 'active'`)).rowCount;
    await expect.poll(messages, patient).toBe(0);
    // One that comes after them is sent: they have been looked at.
    const next = await calls.submit({ url: `${target.url}/json`, callback: `${receiver.url}/next` });
    await calls.inState((await calls.ofJob(next.id)).id, 'delivered');
    expect(receiver.received).toHaveLength(2);
    expect(await calls.get(id)).toMatchObject({ state: 'delivered', attempts: 1, tries: [{ outcome: 'response' }] });
  }, 60_000);
});

describe('F51: a delivery that kills its worker', () => {
  it('fails with worker_lost at the third, blames no endpoint, and may be sent again', async () => {
    receiver.answer('hang');
    const endpoint = await calls.make({ name: 'poison', url: `${receiver.url}/poison` });
    const id = await calls.event(endpoint.id);
    // Stops in order in between do not count.
    const endings: NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'];
    for (const [index, signal] of endings.entries()) {
      const worker = await startWorkerProcess(ringback, { RINGBACK_WORKER_DRAIN_SECONDS: '0' });
      await receiver.waitFor(() => at('/poison').length === index + 1, 15_000);
      worker.signal(signal);
      await worker.ended;
      // As `ringback up` does; waiting for the silence is the business of another test.
      await ringback.db.pool.query('update worker set dead_at = now()');
    }
    await startWorkerProcess(ringback);
    const failed = await calls.inState(id, 'failed');
    expect(failed).toMatchObject({ attempts: 4, error: { code: 'worker_lost' } });
    expect(outcomes(failed.tries)).toEqual(['worker_lost', 'shutdown', 'worker_lost', 'worker_lost']);
    expect(await calls.endpoint(endpoint.id)).toMatchObject({ state: 'enabled', failingSince: null });
    expect(at('/poison')).toHaveLength(4);

    receiver.answer(204);
    await calls.ask('deliveries.resend', { id });
    expect(await calls.inState(id, 'delivered')).toMatchObject({ attempts: 5, error: null });
  }, 120_000);
});
