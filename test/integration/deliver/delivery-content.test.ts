import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage, DeliverySummary } from '#src/contract/event/delivery.ts';
import type { DeliveryContent, SignedDelivery } from '#src/contract/event/delivery-content.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const content = (id: string) => get<DeliveryContent>('deliveries.content', { id });

/** A delivery of a new job's end once it is in this state. */
async function delivery(callback: object, state: string): Promise<DeliverySummary> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, callback });
  const list = async () => (await get<DeliveryPage>('deliveries.list', { jobId: body.result.data.id })).deliveries;
  await expect.poll(async () => (await list()).map((one) => one.state), { timeout: 20_000 }).toEqual([state]);
  return (await list())[0] as DeliverySummary;
}

/** Signs a delivery, sends it by hand as a person would, and returns what came. */
async function sendByHand(id: string): Promise<{ headers: Record<string, string>; body: string }> {
  const { body } = await ringback.call<SignedDelivery>('deliveries.sign', { id });
  const { url, headers, event } = body.result.data;
  receiver.received.length = 0;
  await fetch(url, { method: 'POST', headers, body: event.body ?? '' });
  const [came] = await receiver.waitFor(1);
  return { headers: came?.headers as Record<string, string>, body: String(came?.body) };
}

it('shows the event byte for byte as it is sent, and the headers that are the same in every try', async () => {
  const headers = { 'x-shop': 'north', authorization: 'Bearer hush' };
  const sent = await delivery({ url: receiver.url, headers }, 'delivered');
  const [came] = receiver.received;
  const shown = await content(sent.id);
  expect(shown.event).toMatchObject({ body: String(came?.body), encoding: 'utf8', bodyCut: false });
  expect(shown).toMatchObject({ signedBy: 'project', secrets: [{ kind: 'v1', hint: expect.any(String) }] });
  const byName = Object.fromEntries(shown.headers);
  expect(byName).toMatchObject({
    ...{ 'content-type': 'application/json', 'user-agent': came?.headers['user-agent'] },
    ...{ 'webhook-id': sent.eventId, 'x-shop': 'north', authorization: expect.stringContaining('***') },
  });
  expect(Object.keys(byName)).not.toContain('webhook-signature');
  expect(JSON.stringify(shown)).not.toContain('hush');
  const bytes = await ringback.rest('GET', `/v1/deliveries/${sent.id}/event`);
  expect(Buffer.from(await bytes.arrayBuffer()).equals(came?.body as Buffer)).toBe(true);
});

it('signs it so that the receiver takes it, by the secret of the project or of the endpoint, and shows no secret', async () => {
  const verify = (secret: string, came: { headers: Record<string, string>; body: string }) =>
    new Webhook(secret).verify(came.body, came.headers);
  receiver.answer(500);
  const own = await delivery({ url: receiver.url, retry: { scheduleSeconds: [600] } }, 'retrying');
  receiver.answer(204);
  const came = await sendByHand(own.id);
  expect(verify(ringback.credentials.webhookSecret, came)).toMatchObject({ type: 'job.completed' });
  expect(came.headers['webhook-id']).toBe(own.eventId);

  const { body } = await ringback.call<{ id: string; secret: string }>('endpoints.create', {
    ...{ name: 'shop', url: `${receiver.url}/in?token=hush`, headers: { 'x-api-key': 'hush-too' } },
  });
  const { secret } = body.result.data;
  const there = await delivery({ endpoint: 'shop' }, 'delivered');
  const again = await sendByHand(there.id);
  expect(verify(secret, again)).toMatchObject({ type: 'job.completed' });
  expect(() => verify(ringback.credentials.webhookSecret, again)).toThrow();
  const signed = await ringback.call<SignedDelivery>('deliveries.sign', { id: there.id });
  const text = JSON.stringify(signed.body);
  for (const hidden of ['hush', secret, secret.slice(6, 30)]) expect(text).not.toContain(hidden);
  // The signing is in the audit log, as every use of a secret by a person is.
  const audit = await ringback.db.pool.query<{ action: string; target: string }>(
    `select action, target from audit_entry where action = 'deliveries.sign'`,
  );
  expect(audit.rows.map((row) => row.target)).toContain(there.id);
});

it('says that the bytes are gone, and signs nothing then', async () => {
  const sent = await delivery({ url: receiver.url }, 'delivered');
  await ringback.db.pool.query('delete from result where job_id = $1', [parseId('job', sent.jobId ?? '')]);
  await ringback.db.pool.query(`update job set result_expires_at = now() - interval '1 h' where id = $1`, [
    parseId('job', sent.jobId ?? ''),
  ]);
  await ringback.db.pool.query('delete from job where id = $1', [parseId('job', sent.jobId ?? '')]);
  expect(await content(sent.id)).toMatchObject({ event: null });
  const { body } = await ringback.call('deliveries.sign', { id: sent.id });
  expect(body.error.data).toMatchObject({ code: 'payload_expunged' });
  expect((await ringback.rest('GET', `/v1/deliveries/${sent.id}/event`)).status).toBe(410);
});
