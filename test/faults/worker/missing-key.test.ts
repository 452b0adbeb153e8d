import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Attempt } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { deliveryCalls, patient } from '#test/faults/delivery/delivery-calls.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let receiver: Receiver;
let target: Target;
let calls: ReturnType<typeof deliveryCalls>;
const newer = { id: 'newer', key: randomBytes(32) };

beforeAll(async () => {
  [ringback, receiver, target] = await Promise.all([startRingback(), startReceiver(), startTarget()]);
  calls = deliveryCalls(ringback);
});
afterAll(async () => {
  await endWorkerProcesses();
  await ringback.close();
  await Promise.all([receiver.close(), target.close()]);
});

it('a job whose secrets this worker cannot open waits for one that can', async () => {
  const headers = { authorization: 'Bearer secret' };
  // Nobody claims it before it is sealed with the other key.
  await calls.ask('pauses.begin', {});
  const { id } = await calls.submit({ url: `${target.url}/json`, headers });
  const jobId = parseId('job', id) ?? '';
  const context = sealContext.request(jobId);
  const { rows } = await ringback.db.pool.query('select sealed from job_secret where job_id = $1', [jobId]);
  const plain = makeCipher([...ringback.config.encryptionKeys]).open(rows[0].sealed, context);
  const sealed = makeCipher([newer]).seal(plain, context);
  await ringback.db.pool.query('update job_secret set sealed = $2 where job_id = $1', [jobId, sealed]);
  await calls.ask('pauses.end', {});
  const attempts = async () => (await calls.ask<{ attempts: Attempt[] }>('jobs.attempts', { id }, true)).attempts;
  await expect.poll(async () => (await attempts()).length, patient).toBe(1);
  expect(await attempts()).toMatchObject([
    { outcome: 'invalid_request', decision: { then: 'retry', rule: 'missing_key', delayMs: 30_000 } },
  ]);
  expect(await calls.ask('jobs.get', { id }, true)).toMatchObject({ state: 'retrying' });
  expect(target.hits('/json')).toBe(0);
});

it('an event that this worker cannot sign goes by its schedule, keeps its bytes, and is sent by one that can', async () => {
  const keys = [newer, ...ringback.config.encryptionKeys];
  const gated = await startGatedTarget();
  onTestFinished(() => gated.close());
  const job = await calls.submit({
    url: gated.url,
    callback: { url: `${receiver.url}/later`, retry: { scheduleSeconds: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] } },
  });
  await expect.poll(() => gated.total(), patient).toBe(1);
  // As after `ringback migrate` with a key that the running worker has not been given. It has signed nothing so far, and
  // knows no signer.
  await renewSeals({ ...ringback.config, encryptionKeys: keys });
  gated.open();
  const { id } = await calls.ofJob(job.id);
  const waiting = await calls.inState(id, 'retrying');
  expect(waiting.tries[0]).toMatchObject({
    failure: { message: expect.stringContaining('no encryption key "newer"') },
    decision: { then: 'retry', rule: 'schedule' },
  });
  const kept = 'select 1 from delivery_payload where delivery_id = $1';
  expect((await ringback.db.pool.query(kept, [parseId('dlv', id)])).rows).toHaveLength(1);

  await ringback.stopWorker();
  const ring = keys.map((one) => `${one.id}:${Buffer.from(one.key).toString('base64')}`).join(',');
  await startWorkerProcess(ringback, { RINGBACK_ENCRYPTION_KEYS: ring });
  await calls.inState(id, 'delivered');
  expect(receiver.received).toHaveLength(1);
});
