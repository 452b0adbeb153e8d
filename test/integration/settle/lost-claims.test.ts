import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeRunJob } from '#src/engine/attempt/run-job.ts';
import type { EndedAttempt } from '#src/engine/attempt/settlement.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import type { GroupCommit } from '#src/engine/pump/group-commit.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';
import { makeLog } from '#src/log.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { makeLiveness } from '#src/worker/liveness.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
const log = makeLog({ logLevel: 'silent', logFormat: 'json' });

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

/** Starts a worker behind a proxy that loses the answer to the next commit after this statement. */
async function workerThatLoses(statement: string): Promise<{ lost: Promise<void> }> {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  const lost = proxy.loseCommitAfter(statement);
  const worker = await runWorker({ ...ringback.config, databaseUrl: proxy.url }, log, { pace: testPace });
  onTestFinished(async () => {
    await worker.stop();
    await proxy.close();
  });
  return { lost };
}

const submit = async (input: object) => (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data.id;
const ended = async (id: string) => (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json() as Promise<Job>;
const attemptsOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data;

it.each([
  ['of due jobs', {}],
  ['of jobs in a flow', { flow: { key: 'one', concurrency: 1 } }],
])('what a claim %s has claimed is sent although its answer was lost, and counts as one attempt', async (_of, more) => {
  const id = await submit({ url: `${target.url}/json`, onInterrupted: 'fail', ...more });
  const { lost } = await workerThatLoses('claim_jobs');
  await lost;
  expect(await ended(id)).toMatchObject({ state: 'completed', attempts: 1 });
  expect((await attemptsOf(id)).attempts.map(({ outcome }) => outcome)).toEqual(['response']);
});

it('a delivery whose claim’s answer was lost is sent, and counts as one attempt', async () => {
  receiver.answer(500);
  const id = await submit({ url: `${target.url}/json`, callback: { url: `${receiver.url}/hook` } });
  const first = await runWorker(ringback.config, log, { pace: testPace });
  await receiver.waitFor(1);
  await expect.poll(async () => (await attemptsOf(id)).deliveries[0]?.state).toBe('retrying');
  await first.stop();
  receiver.answer(204);
  await ringback.call('deliveries.resend', { id: (await attemptsOf(id)).deliveries[0]?.id });
  const { lost } = await workerThatLoses('claim_deliveries');
  await lost;
  const delivery = async () => (await attemptsOf(id)).deliveries[0];
  await expect.poll(async () => (await delivery())?.state, { timeout: 20_000 }).toBe('delivered');
  expect((await delivery())?.tries.map(({ outcome }) => outcome)).toEqual(['response', 'response']);
});

it('a worker that was declared dead is out of touch until it has another id', async () => {
  const seen: boolean[] = [];
  const liveness = await makeLiveness(ringback.db, {
    ...{ id: crypto.randomUUID(), name: 'dead', slots: 1, pace: { ...testPace, heartbeatMs: 50 } },
    condition: () => ({ inFlight: 0, egressDown: false }),
    onDeclaredDead: () => void seen.push(liveness.inTouch(), liveness.mayBeLost()),
    onError: () => undefined,
  });
  onTestFinished(() => liveness.stop());
  const { id } = liveness.worker;
  expect([liveness.inTouch(), liveness.mayBeLost()]).toEqual([true, false]);
  await ringback.db.query('delete from worker where id = $1', [id]);
  await expect.poll(() => seen).toEqual([false, true]);
  await expect.poll(() => liveness.inTouch()).toBe(true);
  expect(liveness.worker.id).not.toBe(id);
});

it('a job whose upstream cannot be read while the database is away is sent when it is back', async () => {
  const outcomes: Outcome[] = [];
  let outages = 3;
  const upstreams = {
    of: async () => {
      await pause(1);
      if (outages-- > 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return [];
    },
  };
  const settle = { add: async ({ outcome }: EndedAttempt) => void outcomes.push(outcome) };
  const run = makeRunJob(
    { now: Date.now, log, upstreams } as unknown as EngineDeps,
    { egress: { note: () => undefined }, worker: { id: 'w', name: 'w' } } as never,
    settle as unknown as GroupCommit<EndedAttempt, undefined>,
  );
  const job = { id: crypto.randomUUID(), upstream_id: crypto.randomUUID(), options: {}, body: null, url: target.url };
  await run(job as unknown as ClaimedJob, makeUnderWay(1).of('job').takeForClaimed());
  expect(outages).toBe(-1);
  // The upstream was read, and is not there.
  expect(outcomes).toMatchObject([{ kind: 'invalid_request', lacks: 'upstream' }]);
});
