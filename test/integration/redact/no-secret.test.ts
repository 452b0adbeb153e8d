import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

/** Ends all secrets at once, as by a hand in the database, and waits until no worker knows them any more. */
async function endSecrets(): Promise<void> {
  await ringback.db.pool.query('update webhook_secret set expires_at = now()');
  await ringback.stopWorker();
  await ringback.startWorker();
}

async function submit(callback: object): Promise<string> {
  const input = { url: `${ringback.url}/playground/target`, callback };
  return (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data.id;
}

const deliveriesOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data.deliveries;

it('without a secret nothing is sent; the attempts say why, and once there is one the event goes, signed', async () => {
  await endSecrets();
  const id = await submit({ url: receiver.url, retry: { scheduleSeconds: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] } });
  await expect
    .poll(async () => (await deliveriesOf(id))[0]?.tries.length, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(1);
  const [delivery] = await deliveriesOf(id);
  expect(delivery).toMatchObject({
    state: 'retrying',
    tries: [{ outcome: 'invalid_request', failure: { code: 'no_signing_secret' }, decision: { then: 'retry' } }],
  });
  expect(receiver.received).toEqual([]);
  const rotated = await ringback.call<{ secret: string }>('project.rotateWebhookSecret', {});
  const [hook] = await receiver.waitFor(1);
  const { secret } = rotated.body.result.data;
  const headers = hook?.headers as Record<string, string>;
  expect(new Webhook(secret).verify(hook?.body ?? '', headers)).toMatchObject({ type: 'job.completed', data: { id } });
  await expect.poll(async () => (await deliveriesOf(id))[0]?.state).toBe('delivered');
});

it('when the schedule is over the delivery is failed, not lost, and can be sent again', async () => {
  await endSecrets();
  const id = await submit({ url: receiver.url, retry: { scheduleSeconds: [0] } });
  await expect.poll(async () => (await deliveriesOf(id))[0]?.state, { timeout: 10_000 }).toBe('failed');
  const [delivery] = await deliveriesOf(id);
  expect(delivery?.tries.map(({ failure }) => failure?.code)).toEqual(['no_signing_secret', 'no_signing_secret']);
  expect(receiver.received).toEqual([]);
  await ringback.call('project.rotateWebhookSecret', {});
  await ringback.call('deliveries.resend', { id: delivery?.id });
  const [hook] = await receiver.waitFor(1);
  expect(hook?.headers['webhook-id']).toBe(delivery?.eventId);
});
