import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { responseScript } from '#test/support/response-script.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const [calls, slots] = [200, 40];
const patience = { timeout: 120_000, interval: 100 };

let up: UpProcess;
let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  [up, api] = await Promise.all([startUp({ RINGBACK_WORKER_SLOTS: String(slots) }), startApi()]);
}, 120_000);
afterAll(() => Promise.all([up.stop(), api.close()]), 60_000);

/** An API that begins each stream at once, and ends it, as it gives plain answers, only when it is opened. */
async function startApi() {
  const hits = new Map<string, number>();
  const waiting = new Set<() => void>();
  let open = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { input, stream } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string; stream?: boolean };
    const hit = (hits.get(input) ?? 0) + 1;
    hits.set(input, hit);
    const script = responseScript([`answer to `, input], hit);
    if (stream) speak(response.writeHead(200, { 'content-type': 'text/event-stream' }), script.begin);
    const finish = () => {
      waiting.delete(finish);
      if (stream) return void speak(response, script.end).end();
      const { response: whole } = JSON.parse(script.end.at(-1) ?? '') as { response: object };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    };
    if (open) finish();
    else waiting.add(finish);
    response.on('close', () => waiting.delete(finish));
  });
  server.on('connection', (socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    underWay: () => waiting.size,
    open() {
      open = true;
      for (const finish of [...waiting]) finish();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function speak(response: ServerResponse, data: string[]): ServerResponse {
  response.write(
    data.map((text) => `event: ${(JSON.parse(text) as { type: string }).type}\ndata: ${text}\n\n`).join(''),
  );
  return response;
}

/** Reads a response as the guide says: after a break it goes on after the last event that it has. */
async function readOn(client: OpenAI, id: string) {
  const events: ResponseStreamEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.sequence_number;
    const from = after === undefined ? {} : { starting_after: after };
    try {
      for await (const event of await client.responses.retrieve(id, { stream: true, ...from })) events.push(event);
    } catch {
      // The process that answered was killed. Another one answers soon.
    }
    if (events.at(-1)?.type === 'response.completed') return events;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Returns true while there is a process with this pid. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('200 background responses outlive the death of web, worker and PostgreSQL, and each is told of once', async () => {
  const { apiKey } = up.credentials;
  const ringback = createRingback({ url: up.url, apiKey });
  const client = new OpenAI({ apiKey, baseURL: `${up.url}/v1`, maxRetries: 8 });
  const receiver = await startReceiver();
  await ringback.trpc.upstreams.create.mutate({ name: 'api', baseUrl: api.url, format: 'openai', default: true });
  await client.webhooks.create({
    name: 'ends',
    url: `${receiver.url}/hook`,
    event_types: ['response.completed', 'response.failed'],
  });
  const inputs = Array.from({ length: calls }, (_, index) => `call ${index}`);
  const created = await Promise.all(
    inputs.map(async (input, index): Promise<Response> => {
      if (index % 2 === 0) return client.responses.create({ model: 'm', input, background: true });
      for await (const event of await client.responses.create({ model: 'm', input, background: true, stream: true }))
        if (event.type === 'response.created') return event.response;
      throw new Error('no event came');
    }),
  );
  await expect.poll(() => api.underWay(), patience).toBe(slots);
  const streamed = created.filter((_, index) => index % 2 === 1).slice(0, 30);
  const reading = Promise.all(streamed.map(({ id }) => readOn(client, id)));
  await Promise.all(
    ['worker', 'web'].map(async (name) => process.kill((await up.children(name))[0] as number, 'SIGKILL')),
  );
  // The jobs of the dead worker are made again by the next one.
  await expect.poll(() => [...api.hits.values()].filter((hits) => hits > 1).length, patience).toBeGreaterThan(0);
  await expect.poll(() => api.underWay(), patience).toBe(slots);
  // PostgreSQL shuts down at once, without a checkpoint, and is started again. The calls go on meanwhile.
  const postmaster = await up.postmaster();
  process.kill(postmaster, 'SIGQUIT');
  await expect.poll(() => isAlive(postmaster), patience).toBe(false);
  await expect
    .poll(() => client.responses.retrieve(created[0]?.id ?? '').then(({ status }) => status, String), patience)
    .toMatch(/^(queued|in_progress)$/);
  api.open();

  for (const [index, { id }] of created.entries()) {
    const read = () => client.responses.retrieve(id);
    await expect.poll(async () => (await read()).status, patience).toBe('completed');
    expect((await read()).output_text).toBe(`answer to ${inputs[index]}`);
  }
  // Nothing was asked of the API but what the attempts of a response record.
  let again = 0;
  for (const [index, { id }] of created.entries()) {
    const { attempts } = await ringback.attempts(id.replace('resp', 'job'));
    const interrupted = attempts.filter(({ outcome }) => outcome === 'interrupted').length;
    again += interrupted;
    expect(attempts.length).toBe(1 + interrupted);
    expect(api.hits.get(inputs[index] ?? '')).toBeLessThanOrEqual(1 + interrupted);
  }
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThanOrEqual(2 * slots);
  for (const events of await reading) {
    const numbers = events.map(({ sequence_number: number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  const told = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  await expect.poll(() => told().size, patience).toBe(calls);
  const about = receiver.received.map(({ body }) => (JSON.parse(String(body)) as { data: { id: string } }).data.id);
  expect(new Set(about).size).toBe(calls);
  const pairs = new Set(receiver.received.map(({ headers }, index) => `${headers['webhook-id']} ${about[index]}`));
  expect(pairs.size).toBe(calls);
  await receiver.close();
}, 300_000);
