import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { expressHandler, type JobEvent } from '#src/client/index.ts';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { deliveryLimits, limits } from '#src/domain/limits.ts';
import { type Listening, listenAs } from '#test/integration/listen/listening.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
const open: { stop(): unknown }[] = [];

beforeAll(async () => {
  ringback = await startRingback();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});
afterAll(() => ringback.close());

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ stop: () => new Promise((resolve) => server.close(resolve)) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startListening(forward: string): Promise<Listening> {
  const listening = listenAs({ forward, url: ringback.url, apiKey: ringback.credentials.apiKey });
  open.push(listening);
  await listening.ready;
  return listening;
}

it('an event that holds a whole large response comes to the kit and through `listen`, however much of it is escaped', async () => {
  const text = '"\n'.repeat(4.5 * 1024 ** 2);
  const big = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text));
  const events: JobEvent[] = [];
  const handler = expressHandler({
    secrets: ringback.credentials.webhookSecret,
    on: { 'job.completed': (event) => void events.push(event) },
  });
  const kit = await serve((request, response) => void handler(request, response));
  const app = await startReceiver();
  open.push({ stop: app.close });
  await startListening(app.url);
  const callback = { url: kit, retry: { scheduleSeconds: [] } };
  const { body } = await ringback.call('jobs.submit', { url: big, resultTtlSeconds: 0, callback });
  expect(body.error).toBeUndefined();
  const [forwarded] = await app.waitFor(1, 100_000);
  expect(forwarded?.body.byteLength).toBeGreaterThan(16 * 1024 ** 2);
  await expect.poll(() => events.length, { timeout: 60_000 }).toBe(1);
  const { type, timestamp, data } = events[0] as JobEvent;
  expect(data.result?.body === text).toBe(true);
  expect(Buffer.from(JSON.stringify({ type, timestamp, data })).equals(forwarded?.body ?? Buffer.alloc(0))).toBe(true);
}, 180_000);

it('a response of nothing but control characters, as long as is kept by default, makes an event within the limit', () => {
  const worst = Buffer.byteLength(JSON.stringify('\u0001'.repeat(limits.resultBodyBytes)));
  expect(worst + 2 * 1024 ** 2).toBeLessThan(deliveryLimits.eventBytes);
});

it('`listen` says which event was too large to be forwarded', async () => {
  const listening = await startListening(ringback.url);
  const input = { includeListeners: true };
  const { body } = await ringback.call<{ endpoints: Endpoint[] }>('endpoints.list', input, { query: true });
  const listener = body.result.data.endpoints.find((one) => one.listener);
  const path = new URL(listener?.url ?? '').pathname;
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
  const sent = ringback.rest('POST', path, { headers, body: 'x'.repeat(deliveryLimits.eventBytes + 1) });
  expect(await sent.then(({ status }) => status)).toBe(413);
  await expect
    .poll(() => listening.lines.at(-1))
    .toMatch(/^\d\d:\d\d:\d\d {2}evt_1 was not forwarded: it is larger than 64 MiB/);
}, 30_000);
