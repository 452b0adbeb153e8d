import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliveryView } from '#src/contract/event/delivery.ts';
import { sweep } from '#src/engine/listen/sweep.ts';
import { createApiKey } from '#src/engine/people/api-keys.ts';
import { makeLog } from '#src/log.ts';
import { makeServerDeps, runWeb } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type HeldStream, holdStream, type Listening, listenAs, startCable } from './listening.ts';

const silent = makeLog({ logLevel: 'silent', logFormat: 'json' });
let ringback: TestRingback;
let app: Receiver;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  ringback = await startRingback();
});
beforeEach(async () => {
  app = await startReceiver();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
  await app.close();
  await expect.poll(listeners).toEqual([]);
});
afterAll(() => ringback.close());

async function startListening(url: string): Promise<Listening> {
  const listening = listenAs({ forward: app.url, url, apiKey: ringback.credentials.apiKey });
  open.push(listening);
  await listening.ready;
  return listening;
}

async function hold(query?: string): Promise<HeldStream> {
  const held = await holdStream(ringback.url, ringback.credentials.apiKey, query);
  open.push(held);
  return held;
}

async function listeners(): Promise<Endpoint[]> {
  const input = { includeListeners: true };
  const { body } = await ringback.call<{ endpoints: Endpoint[] }>('endpoints.list', input, { query: true });
  return body.result.data.endpoints.filter(({ listener }) => listener);
}

async function submit(): Promise<string> {
  const { body } = await ringback.call<{ id: string }>('jobs.submit', { url: `${ringback.url}/playground/target` });
  return body.result.data.id;
}

async function deliveryOf(jobId: string): Promise<DeliveryView | undefined> {
  const page = await ringback.call<DeliveryPage>('deliveries.list', { jobId }, { query: true });
  const [id] = page.body.result.data.deliveries.map((one) => one.id);
  if (id === undefined) return undefined;
  return (await ringback.call<DeliveryView>('deliveries.get', { id }, { query: true })).body.result.data;
}

const jobsOf = () => app.received.map(({ body }) => (JSON.parse(body.toString()) as { data: { id: string } }).data.id);

describe('a stream that breaks', () => {
  it('loses nothing: what is under way is finished and told, what ends meanwhile comes to the next one', async () => {
    const cable = await startCable(ringback.url);
    open.push({ stop: cable.close });
    const { lines } = await startListening(cable.url);
    const before = await listeners();
    app.answer({ status: 204, afterMs: 1_500 });
    const first = await submit();
    await app.waitFor(1);
    cable.cut();
    const second = await submit();
    await expect.poll(async () => (await deliveryOf(first))?.state, { timeout: 10_000 }).toBe('delivered');
    await expect.poll(async () => (await deliveryOf(second))?.state, { timeout: 10_000 }).toBe('delivered');
    expect(jobsOf()).toEqual([first, second]);
    expect((await deliveryOf(first))?.tries.map(({ status }) => status)).toEqual([204]);
    expect(await listeners()).toMatchObject([{ id: before[0]?.id }]);
    expect(lines.filter((line) => line.includes('Lost the stream'))).toHaveLength(1);
    for (const job of [first, second])
      await expect
        .poll(() => lines.filter((line) => line.includes(job)))
        .toEqual([expect.stringMatching(/ {2}204 {2}\d+ ms$/)]);
  }, 30_000);

  it('with the web process: what the app had answered is told at the next try, and the app is not asked again', async () => {
    const config = { ...ringback.config, port: await freePort() };
    const start = () => runWeb({ ...config, url: `http://127.0.0.1:${config.port}` }, silent, { dashboard: false });
    let web = await start();
    open.push({ stop: () => web.stop() });
    const { lines } = await startListening(`http://127.0.0.1:${config.port}`);
    app.answer({ status: 204, afterMs: 1_000 });
    const job = await submit();
    await app.waitFor(1);
    await web.stop();
    web = await start();
    await expect.poll(async () => (await deliveryOf(job))?.state, { timeout: 30_000 }).toBe('delivered');
    expect((await deliveryOf(job))?.tries[0]?.status).toBe(503);
    expect(jobsOf()).toEqual([job]);
    await expect.poll(() => lines.at(-1)).toContain('forwarded before');
    const later = await submit();
    await expect.poll(jobsOf, { timeout: 10_000 }).toEqual([job, later]);
  }, 60_000);

  it('and that nobody opens again in time is gone, with what waited for it', async () => {
    const held = await hold();
    const job = await submit();
    await expect.poll(() => held.messages.length, { timeout: 10_000 }).toBe(1);
    await held.cut();
    expect(await listeners()).toMatchObject([{ id: held.ready.id }]);
    const deps = await makeServerDeps(ringback.config, silent);
    const silence = async () => {
      await ringback.db.run('test_silence', "update listener set heartbeat_at = now() - interval '61 s'");
      await sweep(deps);
      return listeners();
    };
    // A heartbeat of before the cut may still come between the two statements.
    await expect.poll(silence, { timeout: 10_000 }).toEqual([]);
    await expect.poll(async () => (await deliveryOf(job))?.state, { timeout: 10_000 }).toBe('cancelled');
    await deps.queue.stop();
    await deps.db.close();
    const again = await hold(`?listener=${held.ready.id}`);
    expect(again.ready.id).not.toBe(held.ready.id);
  }, 30_000);
});

describe('a listener that is opened again', () => {
  it('has one stream, the newest: it brings what the one before had and nobody answered, and all that follows', async () => {
    const half = await hold('?events=job.completed');
    const first = await submit();
    await expect.poll(() => half.messages.length, { timeout: 10_000 }).toBe(1);
    const whole = await hold(`?listener=${half.ready.id}`);
    expect(whole.ready).toEqual(half.ready);
    await expect.poll(() => whole.messages).toEqual(half.messages);
    const { apiKey } = ringback.credentials;
    const json = { messageId: whole.messages[0]?.id, status: 204 };
    await ringback.rest('POST', `/v1/listeners/${half.ready.id}/answers`, { json, key: apiKey });
    await expect.poll(async () => (await deliveryOf(first))?.state).toBe('delivered');
    for (let count = 2; count < 6; count += 1) {
      await submit();
      await expect.poll(() => whole.messages.length, { timeout: 10_000 }).toBe(count);
    }
    expect(half.messages).toHaveLength(1);
  }, 30_000);

  it('is so only by a key of its project with the scope for it, as is one that is left', async () => {
    const held = await hold();
    const other = '00000000-0000-7000-8000-000000000002';
    await ringback.db.pool.query(`insert into project (id, name) values ($1, 'other')`, [other]);
    const stranger = await createApiKey(ringback.db, other, { name: 'stranger', scopes: ['admin'] });
    const reader = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'reader', scopes: ['jobs:read'] });
    const theirs = await holdStream(ringback.url, stranger.secret, `?listener=${held.ready.id}`);
    expect(theirs.ready.id).not.toBe(held.ready.id);
    await theirs.stop();
    const leave = async (key: string | null) =>
      (await ringback.rest('DELETE', `/v1/listeners/${held.ready.id}`, { key })).status;
    expect(await leave(null)).toBe(401);
    expect(await leave(reader.body.result.data.secret)).toBe(403);
    expect(await leave(stranger.secret)).toBe(404);
    expect(await listeners()).toMatchObject([{ id: held.ready.id }]);
    expect(await leave(ringback.credentials.apiKey)).toBe(204);
    expect(await listeners()).toEqual([]);
    expect(await leave(ringback.credentials.apiKey)).toBe(404);
  });
});
