import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let gated: GatedTarget;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
});
beforeEach(async () => {
  gated = await startGatedTarget();
});
afterEach(async () => {
  await endWorkerProcesses();
  await gated.close();
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function submit(input: object): Promise<string> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  return body.result.data.id;
}

const drain = (seconds: number) => ({ RINGBACK_WORKER_DRAIN_SECONDS: String(seconds) });
const get = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()) as Job;
const ended = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=30`)).json()) as Job;
const lanes = async (id: string) =>
  (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;

const eventsOf = (id: string) =>
  receiver.received.filter((one) => (JSON.parse(one.body.toString()) as { data: Job }).data.id === id);

async function workers(): Promise<number> {
  return (await ringback.db.pool.query('select 1 from worker')).rowCount ?? 0;
}

describe('a worker told to stop', () => {
  it('claims nothing more, finishes what ends in its time, gives the rest away uncharged, and goes with 0', async () => {
    const worker = await startWorkerProcess(ringback, drain(6));
    const soon = await startGatedTarget();
    onTestFinished(() => soon.close());
    const submitThree = (url: string) =>
      Promise.all([0, 1, 2].map((i) => submit({ url: `${url}/${i}`, callback: receiver.url })));
    const [quick, slow] = [await submitThree(soon.url), await submitThree(gated.url)];
    await expect.poll(() => [soon.total(), gated.total()], { timeout: 20_000 }).toEqual([3, 3]);
    worker.signal('SIGTERM');
    const draining = 'select 1 from worker where draining';
    await expect.poll(async () => (await ringback.db.pool.query(draining)).rowCount, { timeout: 20_000 }).toBe(1);
    soon.open();
    // Due while the drain goes on.
    const late = await submit({ url: `${target.url}/json?late`, delaySeconds: 1, callback: receiver.url });
    expect(await worker.ended).toBe(0);

    for (const id of quick) {
      expect(await get(id)).toMatchObject({ state: 'completed', attempts: 1 });
      expect((await lanes(id)).attempts).toMatchObject([{ number: 1, outcome: 'response' }]);
    }
    for (const id of slow) {
      expect(await get(id)).toMatchObject({ state: 'retrying', attempts: 1 });
      expect((await lanes(id)).attempts).toMatchObject([
        {
          number: 1,
          outcome: 'interrupted',
          failure: { code: 'shutdown' },
          decision: { then: 'retry', countAs: null },
        },
      ]);
    }
    expect(await get(late)).toMatchObject({ startedAt: null, attempts: 0 });
    expect(await workers()).toBe(0);
    const { rows } = await ringback.db.pool.query(
      `select (select count(*)::int from job where claimed_by is not null) as jobs,
              (select count(*)::int from delivery where claimed_by is not null) as deliveries`,
    );
    expect(rows[0]).toEqual({ jobs: 0, deliveries: 0 });

    // What was given away runs elsewhere: nobody waits for a silence.
    gated.open();
    const next = await startWorkerProcess(ringback);
    await receiver.waitFor(() => [...quick, ...slow, late].every((id) => eventsOf(id).length > 0), 20_000);
    for (const id of slow) expect(await get(id)).toMatchObject({ state: 'completed', attempts: 2 });
    for (const id of [...quick, ...slow, late])
      expect(new Set(eventsOf(id).map((e) => e.headers['webhook-id'])).size).toBe(1);
    next.signal('SIGTERM');
    expect(await next.ended).toBe(0);
  }, 60_000);

  it('without any time to spare interrupts at once, and the other worker goes on with it', async () => {
    const first = await startWorkerProcess(ringback, drain(0));
    const ids = await Promise.all([0, 1, 2, 3].map((i) => submit({ url: `${gated.url}/${i}`, maxAttempts: 1 })));
    await expect.poll(() => gated.total(), { timeout: 20_000 }).toBe(4);
    await startWorkerProcess(ringback, drain(0));
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    await expect.poll(() => gated.total(), { timeout: 10_000 }).toBe(8);
    gated.open();
    // An interruption is no attempt of the one that maxAttempts allows.
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'completed', attempts: 2 });
  }, 60_000);

  it('fails a job that asked not to be repeated when interrupted, and only that one', async () => {
    const worker = await startWorkerProcess(ringback, drain(0));
    const [once, again] = await Promise.all([
      submit({ url: `${gated.url}/once`, onInterrupted: 'fail', callback: receiver.url }),
      submit({ url: `${gated.url}/again`, onInterrupted: 'retry', callback: receiver.url }),
    ]);
    await expect.poll(() => gated.total(), { timeout: 20_000 }).toBe(2);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await get(once)).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'worker_lost' } });
    expect(await get(again)).toMatchObject({ state: 'retrying' });
    gated.open();
    await startWorkerProcess(ringback);
    await receiver.waitFor(() => eventsOf(once).length > 0 && eventsOf(again).length > 0, 15_000);
    expect(JSON.parse(eventsOf(once)[0]?.body.toString() ?? '').type).toBe('job.failed');
    expect(gated.hits.get('/once')).toBe(1);
    expect(gated.hits.get('/again')).toBe(2);
  }, 60_000);

  it('in the midst of a callback leaves it to another worker, with the same id and bytes', async () => {
    receiver.answer((_one, index) => (index === 0 ? 'hang' : 204));
    const worker = await startWorkerProcess(ringback, drain(0));
    const id = await submit({ url: `${target.url}/json?hang`, callback: receiver.url });
    await receiver.waitFor(1);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect((await lanes(id)).deliveries).toMatchObject([
      { state: 'retrying', attempts: 1, tries: [{ outcome: 'interrupted', failure: { code: 'shutdown' } }] },
    ]);
    await startWorkerProcess(ringback);
    const [first, second] = await receiver.waitFor(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body.toString()).toBe(first?.body.toString());
    await expect.poll(async () => (await lanes(id)).deliveries[0]?.state).toBe('delivered');
  }, 60_000);

  it('does not leave a callback behind that it took on while its last job was being settled', async () => {
    await ringback.startWorker();
    const client = await ringback.db.pool.connect();
    await beginAndHold(client);
    await client.query('lock table delivery in share row exclusive mode');
    const id = await submit({ url: `${target.url}/json?settling`, callback: receiver.url });
    const blocked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into delivery%'`;
    await expect.poll(async () => (await ringback.db.pool.query(blocked)).rowCount, { timeout: 10_000 }).toBe(1);
    const stopped = ringback.stopWorker();
    await client.query('commit');
    client.release();
    await stopped;
    const { rows } = await ringback.db.pool.query(
      `select state, claimed_by from delivery where job_id = (select id from job where url like '%settling')`,
    );
    expect(rows).toMatchObject([{ claimed_by: null }]);
    if (rows[0].state !== 'delivered') await ringback.startWorker();
    await receiver.waitFor(() => eventsOf(id).length > 0);
    await ringback.stopWorker();
  }, 60_000);
});

it('a job whose worker is lost three times fails with worker_lost; stops in between do not count', async () => {
  const id = await submit({ url: `${gated.url}/poison`, callback: receiver.url });
  const endings: NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'];
  for (const [index, signal] of endings.entries()) {
    const worker = await startWorkerProcess(ringback, drain(0));
    await expect.poll(() => gated.hits.get('/poison'), { timeout: 15_000 }).toBe(index + 1);
    worker.signal(signal);
    await worker.ended;
    // As `ringback up` does; waiting for the silence is the business of another test.
    await ringback.db.pool.query('update worker set dead_at = now()');
  }
  await startWorkerProcess(ringback, drain(0));
  expect(await ended(id)).toMatchObject({ state: 'failed', attempts: 5, error: { code: 'worker_lost' } });
  const { attempts } = await lanes(id);
  expect(attempts.map((attempt) => attempt.failure?.code)).toEqual([
    'worker_lost',
    'shutdown',
    'worker_lost',
    'shutdown',
    'worker_lost',
  ]);
  await receiver.waitFor(() => eventsOf(id).length > 0);
  expect(gated.hits.get('/poison')).toBe(5);
}, 120_000);
