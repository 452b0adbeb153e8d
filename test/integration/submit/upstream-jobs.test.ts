import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let client: Ringback;
let api: Receiver;
beforeAll(async () => {
  [ringback, api] = await Promise.all([startRingback(), startReceiver()]);
  client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
});
afterEach(() => {
  api.received.length = 0;
  api.answer(200);
});
afterAll(() => Promise.all([ringback.close(), api.close()]));

const secret = 'sk-s3cret/+value';
const make = (name: string, more: object = {}) =>
  client.trpc.upstreams.create.mutate({
    name,
    baseUrl: `${api.url}/v1`,
    headers: { authorization: `Bearer ${secret}`, 'x-version': '7' },
    ...more,
  });

it('sends a job to its upstream with the credentials, which are stored nowhere in plain', async () => {
  const made = await make('plain');
  expect(made).toMatchObject({ headers: { authorization: '********', 'x-version': '7' }, format: 'none' });
  const job = await client.submit({ upstream: 'plain', path: '/responses?x=1', json: { a: 1 } });
  expect(job).toMatchObject({
    upstream: 'plain',
    url: `${api.url}/v1/responses?x=1`,
    headers: { 'content-type': 'application/json' },
  });
  const ended = await client.wait(job.id, { timeoutMs: 20_000 });
  expect(ended.state).toBe('completed');
  expect(api.received[0]).toMatchObject({
    path: '/v1/responses?x=1',
    headers: { authorization: `Bearer ${secret}`, 'x-version': '7' },
  });
});
