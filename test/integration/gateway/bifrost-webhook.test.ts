import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { type BifrostRig, startBifrostRig } from './bifrost-calls.ts';

let rig: BifrostRig;
let receiver: Receiver;
let big: Receiver;
let secret: string;
let headers: Record<string, string>;
const chat = 'chat/completions';
const ask = (content: string, model = 'openai/gpt-4o') => ({ model, messages: [{ role: 'user', content }] });
type Told = { event: string; created_at: string; data: Record<string, unknown> };

beforeAll(async () => {
  [rig, receiver, big] = await Promise.all([startBifrostRig(), startReceiver(), startReceiver()]);
  const { endpoints, upstreams } = rig.ringback.trpc;
  const made = await endpoints.create.mutate({ name: 'hook', url: `${receiver.url}/hook` });
  secret = made.secret ?? '';
  headers = { authorization: `Bearer ${rig.server.credentials.apiKey}`, 'x-bf-async-webhook': 'hook' };
  await upstreams.create.mutate({ name: 'big', baseUrl: big.url, retry: 'none' });
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(() => Promise.all([rig.close(), receiver.close(), big.close()]));

/** Returns the event of a webhook, whose signature is checked as a receiver would do it. */
function verified({ body, headers: sent }: Received): Told {
  new Webhook(secret).verify(body, sent as Record<string, string>);
  return JSON.parse(String(body)) as Told;
}

describe('a job with x-bf-async-webhook', () => {
  it("is reported to the endpoint in Bifrost's shape when it has completed", async () => {
    const { body } = await rig.run(chat, ask('tell me'), headers);
    const [one] = await receiver.waitFor(1);
    if (one === undefined) throw new Error('nothing came');
    expect(one.headers).toMatchObject({
      'content-type': 'application/json',
      'x-bifrost-event': 'async_job.completed',
      'webhook-id': expect.stringMatching(/^evt_/),
    });
    expect(verified(one)).toEqual({
      event: 'async_job.completed',
      created_at: body.completed_at,
      data: {
        job_id: body.id,
        request_type: 'chat_completion',
        status: 'completed',
        status_code: 200,
        created_at: body.created_at,
        completed_at: body.completed_at,
        result_url: `/v1/async/chat/completions/${body.id}`,
        result_expires_at: body.expires_at,
        response: body.result,
      },
    });
  });

  it('is reported with its error when it has failed, and as failed when it was cancelled', async () => {
    const { body } = await rig.run(chat, ask('status=400'), headers);
    const [failed] = await receiver.waitFor(1);
    const told = failed && verified(failed);
    expect(failed?.headers['x-bifrost-event']).toBe('async_job.failed');
    expect(told).toMatchObject({
      event: 'async_job.failed',
      data: { status: 'failed', status_code: 400, error: body.error },
    });
    expect(told?.data).not.toHaveProperty('response');

    rig.gated.shut();
    const { id } = (await rig.submit(chat, ask('x', 'slow/m'), headers)).body;
    const { jobs } = await rig.ringback.list({ state: ['queued', 'in_progress'] });
    await rig.ringback.cancel(jobs[0]?.id ?? '');
    rig.gated.open();
    const [, cancelled] = await receiver.waitFor(2);
    expect(cancelled && verified(cancelled)).toMatchObject({
      event: 'async_job.failed',
      data: { job_id: id, status: 'failed', status_code: 499, error: { error: { code: 'cancelled' } } },
    });
  });

  it('is reported without a result or an error of more than 256 KiB', async () => {
    const json = (length: number) => JSON.stringify({ text: 'x'.repeat(length) });
    big.answer({ status: 200, headers: { 'content-type': 'application/json' }, body: json(300_000) });
    const { body } = await rig.run(chat, ask('x', 'big/m'), headers);
    expect(body.result?.text).toBe('x'.repeat(300_000));
    const [one] = await receiver.waitFor(1);
    const told = one && verified(one);
    expect(told?.data).toMatchObject({ status: 'completed', status_code: 200, response_omitted: true });
    expect(told?.data).not.toHaveProperty('response');
    // Audio grows as it becomes text.
    big.answer({ status: 200, headers: { 'content-type': 'audio/mpeg' }, body: 'x'.repeat(250_000) });
    await rig.run('audio/speech', { model: 'big/m', input: 'x' }, headers);
    const [, audio] = await receiver.waitFor(2);
    expect(audio && verified(audio).data).toMatchObject({ request_type: 'speech', response_omitted: true });
    const error = { message: 'x'.repeat(300_000) };
    big.answer({ status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) });
    await rig.run(chat, ask('x', 'big/m'), headers);
    const [, , failed] = await receiver.waitFor(3);
    expect(failed && verified(failed).data).toMatchObject({ status: 'failed', status_code: 400, error_omitted: true });
  });

  it('says that its result has expired, when it is reported late', async () => {
    receiver.answer((_, index) => (index === 0 ? 503 : 204));
    const { body } = await rig.submit(chat, ask('late'), { ...headers, 'x-bf-async-job-result-ttl': '3' });
    const [first] = await receiver.waitFor(1);
    expect(first && verified(first).data).toHaveProperty('response');
    await expect.poll(async () => (await rig.poll(chat, body.id)).status, { timeout: 20_000 }).toBe(404);
    const { deliveries } = rig.ringback.trpc;
    const waiting = await deliveries.list.query({ state: ['retrying'] });
    await deliveries.tryNow.mutate({ id: waiting.deliveries[0]?.id ?? '' });
    const [, second] = await receiver.waitFor(2);
    const told = second && verified(second);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(told?.data).toMatchObject({ job_id: body.id, status: 'completed', status_code: 200, result_expired: true });
    expect(told?.data).not.toHaveProperty('response');
  });
});

it('refuses a webhook that there is not, or that is disabled', async () => {
  const submit = (name: string) => rig.submit(chat, ask('x'), { ...headers, 'x-bf-async-webhook': name });
  const message = (why: string) => ({ message: `failed to resolve webhook endpoint: ${why}` });
  const unknown = await submit('nobody');
  expect([unknown.status, unknown.body.error]).toEqual([400, message('there is no such endpoint "nobody"')]);
  const { endpoints } = rig.ringback.trpc;
  const { id } = await endpoints.create.mutate({ name: 'off', url: receiver.url });
  await endpoints.disable.mutate({ id });
  await expect.poll(async () => (await submit('off')).status, { timeout: 10_000 }).toBe(400);
  expect((await submit('off')).body.error).toEqual(message('the endpoint is disabled "off"'));
});

it("leaves other receivers their own events, and a plain job's callback as it is", async () => {
  const { endpoints } = createRingback({ url: rig.server.url, apiKey: rig.server.credentials.apiKey }).trpc;
  await endpoints.create.mutate({ name: 'wide', url: `${receiver.url}/wide`, projectWide: true });
  await rig.run(chat, ask('both'), headers);
  await rig.ringback.submit({ url: `${rig.provider.url}/plain`, callback: { endpoint: 'hook' } });
  await receiver.waitFor((all) => all.length >= 4);
  const types = receiver.received.map(({ path, body }) => {
    const { event, type } = JSON.parse(String(body)) as { event?: string; type?: string };
    return [path, event ?? type];
  });
  expect(types.sort()).toEqual([
    ['/hook', 'async_job.completed'],
    ['/hook', 'job.completed'],
    ['/wide', 'job.completed'],
    ['/wide', 'job.completed'],
  ]);
});
