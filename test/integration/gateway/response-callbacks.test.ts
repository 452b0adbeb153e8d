import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRingback, type Ringback, verifyCallback } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { type Received, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;
let gated: GatedTarget;
let ringback: Ringback;

beforeAll(async () => {
  [server, provider, gated] = await Promise.all([startRingback(), startModelProvider(), startGatedTarget()]);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const main = { name: 'main', baseUrl: `${provider.url}/v1`, format: 'openai' as const, default: true };
  await ringback.trpc.upstreams.create.mutate({ ...main, retry: { any: { limit: 0 } } });
  await ringback.trpc.upstreams.create.mutate({ name: 'slow', baseUrl: `${gated.url}/v1`, format: 'openai' });
});
afterAll(() => Promise.all([server.close(), provider.close(), gated.close()]));

const gateway = (Client: typeof OpenAI = OpenAI) =>
  new Client({ apiKey: server.credentials.apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });

async function receiverOfOne() {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return { url: `${receiver.url}/rung`, first: async () => (await receiver.waitFor(1))[0] as Received };
}

/** Reads an event as an app does that uses OpenAI's client, with the secret of the project. */
function unwrap({ headers, body }: Received, Client: typeof OpenAI = OpenAI) {
  const given = headers as Record<string, string>;
  return gateway(Client).webhooks.unwrap(body.toString(), given, server.credentials.webhookSecret);
}

describe.each([
  ['7.59', OpenAI],
  ['6.49', OpenAI6 as unknown as typeof OpenAI],
])('the openai package %s', (_version, Client) => {
  it('reads the callback of a response with the secret of the project', async () => {
    const { url, first } = await receiverOfOne();
    const metadata = { ringback_callback: url };
    const { id, created_at: createdAt } = await gateway(Client).responses.create({
      ...{ model: 'm', input: 'ring', background: true, metadata },
    });
    const told = await first();
    const event = await unwrap(told, Client);
    expect(event).toEqual({
      id: told.headers['webhook-id'],
      object: 'event',
      created_at: expect.any(Number),
      type: 'response.completed',
      data: { id },
    });
    expect(event.created_at).toBeGreaterThanOrEqual(createdAt);
  });
});

it('tells of responses that failed or were cancelled, and of those that are run again', async () => {
  const client = gateway();
  const failing = await receiverOfOne();
  const headers = { 'ringback-callback': failing.url };
  const failed = await client.responses.create({ model: 'm', input: 'status=400', background: true }, { headers });
  expect(await unwrap(await failing.first())).toMatchObject({ type: 'response.failed', data: { id: failed.id } });

  const leaving = await receiverOfOne();
  gated.shut();
  const metadata = { ringback_callback: leaving.url };
  const left = await client.responses.create({ model: 'slow/m', input: 'x', background: true, metadata });
  await client.responses.cancel(left.id);
  expect(await unwrap(await leaving.first())).toMatchObject({ type: 'response.cancelled', data: { id: left.id } });

  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const once = await client.responses.create({
    ...{ model: 'm', input: 'again', background: true },
    metadata: { ringback_callback: receiver.url },
  });
  await receiver.waitFor(1);
  const again = await ringback.rerun(once.id.replace('resp', 'job'));
  const [, second] = await receiver.waitFor(2);
  const told = await unwrap(second as Received);
  expect(told).toMatchObject({ type: 'response.completed', data: { id: again.id.replace('job', 'resp') } });
});

it('sends the own event of Ringback to those who ask for it, and refuses another shape', async () => {
  const client = gateway();
  const inMetadata = await receiverOfOne();
  const asked = { ringback_callback: inMetadata.url, ringback_callback_format: 'ringback', order: '7' };
  const created = await client.responses.create({ model: 'm', input: 'own', background: true, metadata: asked });
  expect(created.metadata).toEqual({ order: '7' });
  const { headers, body } = await inMetadata.first();
  const event = await verifyCallback({ headers, body }, server.credentials.webhookSecret);
  const data = { id: created.id.replace('resp', 'job'), metadata: { order: '7' } };
  expect(event).toMatchObject({ type: 'job.completed', data });

  const byHeader = await receiverOfOne();
  const named = { 'ringback-callback': byHeader.url, 'ringback-callback-format': 'ringback' };
  await client.responses.create({ model: 'm', input: 'own', background: true }, { headers: named });
  expect(JSON.parse((await byHeader.first()).body.toString())).toMatchObject({ type: 'job.completed' });

  const metadata = { ringback_callback_format: 'xml' };
  await expect(client.responses.create({ model: 'm', input: 'x', metadata })).rejects.toMatchObject({
    status: 400,
    param: 'metadata.ringback_callback_format',
  });
});
