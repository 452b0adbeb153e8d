import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { pace } from '#src/engine/pace.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWorkerProcess, type WorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';

/** Milliseconds for one tick after the silence, and for the work itself. */
const workMs = 20_000;
const count = 60;

let ringback: TestRingback;
let target: GatedTarget;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([
    startRingback({ worker: false }),
    startGatedTarget(),
    startReceiver(),
  ]);
});
afterEach(async () => {
  await endWorkerProcesses();
  await ringback.db.pool.query('delete from worker');
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function submitHeld(name: string): Promise<string[]> {
  target.shut();
  const before = target.total();
  const jobs = Array.from({ length: count }, (_, i) => ({ url: `${target.url}/${name}/${i}`, callback: receiver.url }));
  const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  await expect.poll(() => target.total() - before, { timeout: 20_000 }).toBe(count);
  return body.result.data.results.map((result) => (result.ok ? result.job.id : ''));
}

/** Of these jobs: which does this process hold? */
async function heldBy(worker: WorkerProcess): Promise<number> {
  const { rows } = await ringback.db.pool.query<{ n: number }>(
    `select count(*)::int as n from job where claimed_by in (select id from worker where name like '%:' || $1)`,
    [worker.pid],
  );
  return rows[0]?.n ?? 0;
}

type Event = { id: string; jobId: string; hit: number };

function events(ids: string[]): Event[] {
  return receiver.received
    .map((one) => {
      const { data } = JSON.parse(one.body.toString()) as { data: Job };
      return {
        id: String(one.headers['webhook-id']),
        jobId: data.id,
        hit: (JSON.parse(data.result?.body ?? '{}') as { hit: number }).hit,
      };
    })
    .filter(({ jobId }) => ids.includes(jobId));
}

async function allReported(ids: string[], timeoutMs: number): Promise<void> {
  await receiver.waitFor(() => new Set(events(ids).map((event) => event.jobId)).size === ids.length, timeoutMs);
}

/** Each job is completed, has one terminal event, and attempts numbered without a gap. Answers how many ran again. */
async function expectSettledOnce(ids: string[]): Promise<number> {
  let again = 0;
  for (const id of ids) {
    const job = (await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()) as Job;
    const lanes = (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;
    expect(job.state).toBe('completed');
    expect(lanes.deliveries).toHaveLength(1);
    expect(new Set(events([id]).map((event) => event.id)).size).toBe(1);
    expect(lanes.attempts.map((attempt) => attempt.number)).toEqual(lanes.attempts.map((_, index) => index + 1));
    expect(lanes.attempts).toHaveLength(job.attempts);
    expect(lanes.attempts.at(-1)).toMatchObject({ outcome: 'response', status: 200 });
    for (const attempt of lanes.attempts.slice(0, -1))
      expect(attempt).toMatchObject({ outcome: 'interrupted', failure: { code: 'worker_lost' } });
    // Its result is the one of the last attempt, whatever an earlier one still brought.
    expect(JSON.parse(job.result?.body ?? '')).toEqual({ hit: lanes.attempts.length });
    if (lanes.attempts.length > 1) again += 1;
  }
  return again;
}

it('a worker killed without anyone to report it: another one takes over by its silence, each job is reported once', async () => {
  // Neither has room for all of it.
  const slots = { RINGBACK_WORKER_SLOTS: '40' };
  // This test has the values of production, so that one test shows what they are.
  const silentMs = pace.silentAfterSeconds * 1_000;
  const start = () => startWorkerProcess(ringback, slots, { pace: 'production' });
  const [first] = [await start(), await start()];
  const ids = await submitHeld('killed');
  const held = await heldBy(first);
  expect(held).toBeGreaterThanOrEqual(count - 40);
  first.signal('SIGKILL');
  const killedAt = Date.now();
  await first.ended;
  target.open();
  await allReported(ids, silentMs + workMs + 5_000);
  expect(Date.now() - killedAt).toBeLessThan(silentMs + workMs);
  expect(Date.now() - killedAt, 'not before it was silent for 15 s').toBeGreaterThan(silentMs - 4_000);
  expect(await expectSettledOnce(ids)).toBe(held);
}, 120_000);

/** Ways to stop a process for a while without its knowledge. */
const ways = {
  frozen: async () => {
    const worker = await startWorkerProcess(ringback);
    return { worker, hold: async () => worker.signal('SIGSTOP'), letGo: () => worker.signal('SIGCONT') };
  },
  'whose event loop is blocked': async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'ringback-block-')), 'go-on');
    const preload = `--import=${path.resolve('test/support/preload-block.ts')}`;
    const worker = await startWorkerProcess(ringback, { NODE_OPTIONS: preload, TEST_BLOCK_UNTIL: file });
    const hold = async () => {
      worker.signal('SIGUSR2');
      await expect.poll(() => worker.output()).toContain('the event loop is blocked');
    };
    return { worker, hold, letGo: () => writeFileSync(file, '') };
  },
};

it.each(Object.entries(ways))(
  'a worker %s for longer than the others allow: its late results are dropped, and it works on under a new id',
  async (how, start) => {
    const { worker: frozen, hold, letGo } = await start();
    const ids = await submitHeld(how.replaceAll(' ', '-'));
    expect(await heldBy(frozen)).toBe(count);
    const other = await startWorkerProcess(ringback);
    await hold();
    // Its answers arrive in its sockets while it cannot read them.
    target.open();
    await allReported(ids, testPace.silentAfterSeconds * 1_000 + workMs + 10_000);
    const before = await expectSettledOnce(ids);
    expect(before).toBe(count);
    letGo();
    await expect.poll(() => frozen.output(), { timeout: 15_000 }).toContain('declared this one dead');
    expect(await expectSettledOnce(ids)).toBe(count);

    other.signal('SIGTERM');
    expect(await other.ended).toBe(0);
    const job = await ringback.call<Job>('jobs.submit', { url: `${target.url}/after`, callback: receiver.url });
    await allReported([job.body.result.data.id], 15_000);
    const lanes = (await (
      await ringback.rest('GET', `/v1/jobs/${job.body.result.data.id}/attempts`)
    ).json()) as JobAttempts;
    expect(lanes.attempts[0]?.worker).toContain(`:${frozen.pid}`);
    const { rows } = await ringback.db.pool.query(`select count(*)::int as n from worker where dead_at is null`);
    expect(rows[0].n).toBe(1);
  },
  120_000,
);
