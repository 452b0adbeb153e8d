import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CreatedEndpoint, Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliveryView } from '#src/contract/event/delivery.ts';
import type { JobView } from '#src/contract/job/job-view.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type HeldStream, holdStream, type Listening, listenAs } from './listening.ts';

const answerMs = 2_000;
let ringback: TestRingback;
let app: Receiver;
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  ringback = await startRingback({ listenerAnswerMs: answerMs });
});
beforeEach(async () => {
  app = await startReceiver();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
  await app.close();
  await expect.poll(listeners).toEqual([]);
});
afterAll(() => ringback.close());

async function startListening(): Promise<Listening> {
  const { url, apiKey } = ringback.credentials;
  const listening = listenAs({ forward: `${app.url}/hooks`, url, apiKey });
  open.push(listening);
  await listening.ready;
  return listening;
}

async function hold(url = ringback.url): Promise<HeldStream> {
  const held = await holdStream(url, ringback.credentials.apiKey);
  open.push(held);
  return held;
}

async function listeners(): Promise<Endpoint[]> {
  const { body } = await ringback.call<{ endpoints: Endpoint[] }>(
    'endpoints.list',
    { includeListeners: true },
    { query: true },
  );
  return body.result.data.endpoints.filter(({ listener }) => listener);
}

async function submit(): Promise<string> {
  const { body } = await ringback.call<{ id: string }>('jobs.submit', { url: `${ringback.url}/playground/target` });
  return body.result.data.id;
}

async function triesOf(jobId: string): Promise<DeliveryView['tries']> {
  const page = await ringback.call<DeliveryPage>('deliveries.list', { jobId }, { query: true });
  const [id] = page.body.result.data.deliveries.map((one) => one.id);
  if (id === undefined) return [];
  return (await ringback.call<DeliveryView>('deliveries.get', { id }, { query: true })).body.result.data.tries;
}

describe('a listener that says nothing', () => {
  it('is a 504 on the try, after as long as an answer is waited for and no sooner, and gets the event again', async () => {
    const { messages } = await hold();
    const job = await submit();
    await expect.poll(async () => (await triesOf(job)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    const [first] = await triesOf(job);
    expect(first).toMatchObject({
      status: 504,
      response: { body: "The listener's handler did not answer within 2 s.\n" },
      decision: { then: 'retry' },
    });
    expect(first?.timings?.totalMs).toBeGreaterThanOrEqual(answerMs);
    expect(first?.timings?.totalMs).toBeLessThan(answerMs + 3_000);
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(2);
    expect(messages[1]?.headers['webhook-id']).toBe(messages[0]?.headers['webhook-id']);
    expect(messages[1]?.body).toBe(messages[0]?.body);
  });

  it('that answers too late is told so, and its message is gone', async () => {
    const { messages } = await hold();
    const job = await submit();
    await expect.poll(async () => (await triesOf(job)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    const [listener] = await listeners();
    const json = { messageId: messages[0]?.id, status: 204 };
    const late = await ringback.rest('POST', `/v1/listeners/${listener?.id}/answers`, { json });
    expect(late.status).toBe(404);
    expect((await triesOf(job))[0]?.status).toBe(504);
  });
});

it('when the web process that waits for an answer stops, the try is a 503 and the next one is delivered', async () => {
  const [streamPort, port] = [await freePort(), await freePort()];
  const silent = makeLog({ logLevel: 'silent', logFormat: 'json' });
  // Both say the same URL, as processes behind a balancer do, and it leads to the one that will stop.
  const config = { ...ringback.config, url: `http://127.0.0.1:${port}` };
  const holding = await runWeb({ ...config, port: streamPort }, silent, { dashboard: false });
  // Nothing but its end can answer here: handlers may take as long as they want.
  let serving = await runWeb({ ...config, port }, silent, { dashboard: false, listenerAnswerMs: 60_000 });
  try {
    const { messages } = await hold(`http://127.0.0.1:${streamPort}`);
    const [listener] = await listeners();
    const job = await submit();
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(1);
    await serving.stop();
    serving = await runWeb({ ...config, port }, silent, { dashboard: false });
    await expect.poll(async () => (await triesOf(job)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    expect((await triesOf(job))[0]).toMatchObject({
      status: 503,
      response: { body: expect.stringContaining('is stopping') },
      decision: { then: 'retry' },
    });
    const answered = new Set([messages[0]?.id]);
    const answerAll = async () => {
      for (const { id } of messages.filter((one) => !answered.has(one.id))) {
        answered.add(id);
        await ringback.rest('POST', `/v1/listeners/${listener?.id}/answers`, { json: { messageId: id, status: 204 } });
      }
      return (await triesOf(job)).at(-1)?.status;
    };
    await expect.poll(answerAll, { timeout: 20_000, interval: 100 }).toBe(204);
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  } finally {
    for (const one of open.splice(0)) await one.stop();
    await serving.stop();
    await holding.stop();
  }
}, 60_000);

it('is no registered endpoint, and is shown among them only when asked for', async () => {
  await startListening();
  const named = await ringback.call<CreatedEndpoint>('endpoints.create', { name: 'listen-like', url: app.url });
  const { secret: _, signing: __, ...registered } = named.body.result.data as CreatedEndpoint & { signing: 'v1' };
  expect(registered.listener).toBe(false);
  const list = async (path: string) =>
    ((await (await ringback.rest('GET', path)).json()) as { endpoints: Endpoint[] }).endpoints;
  const names = async (query: string) => (await list(`/v1/endpoints${query}`)).map(({ name }) => name).sort();
  const [listener] = await listeners();
  expect(listener).toMatchObject({ listener: true, name: expect.stringMatching(/^listen-[0-9a-f]{8}$/) });
  const both = [listener?.name, registered.name].sort();
  expect(await names('')).toEqual([registered.name]);
  expect(await names('?includeListeners=false')).toEqual([registered.name]);
  expect(await names('?includeListeners=true')).toEqual(both);
  for (const input of [undefined, {}, { includeListeners: false }]) {
    const { body } = await ringback.call<{ endpoints: Endpoint[] }>('endpoints.list', input, { query: true });
    expect(body.result.data.endpoints).toEqual([registered]);
  }
  expect((await ringback.rest('GET', '/v1/endpoints?includeListeners=yes')).status).toBe(400);
  expect((await ringback.rest('GET', '/v1/endpoints?listeners=true')).status).toBe(400);
  await ringback.call('endpoints.delete', { id: registered.id });
});

it('has no secret of its own to rotate, reveal or end: the project’s goes on signing what it gets', async () => {
  const listening = await startListening();
  const [listener] = await listeners();
  const id = listener?.id;
  const secretId = '00000000-0000-7000-8000-000000000001';
  for (const [call, more] of [
    ['rotateSecret', { signing: 'v1' }],
    ['rotateSecret', {}],
    ['revealSecret', { secretId }],
    ['endSecret', { secretId }],
  ] as const) {
    const { body } = await ringback.call(`endpoints.${call}`, { id, ...more });
    expect(body.error?.data).toMatchObject({ code: 'invalid_input', httpStatus: 400, field: 'id' });
    expect(body.error?.message).toContain('signed with the secret of the project');
  }
  const job = await submit();
  await app.waitFor(1);
  await expect.poll(async () => (await triesOf(job)).map(({ status }) => status)).toEqual([204]);
  expect(listening.lines.at(-1)).toContain(job);
});

it('on the page of a job it is shown as a listener, and a registered endpoint is not', async () => {
  await startListening();
  const registered = { name: 'registered', url: app.url, projectWide: true };
  const { body } = await ringback.call<CreatedEndpoint>('endpoints.create', registered);
  const id = await submit();
  await app.waitFor(2);
  const { deliveries } = (await ringback.call<JobView>('jobs.view', { id }, { query: true })).body.result.data;
  await ringback.call('endpoints.delete', { id: body.result.data.id });
  expect(deliveries.map(({ endpoint }) => endpoint?.listener).sort()).toEqual([false, true]);
});
