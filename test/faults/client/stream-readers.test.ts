import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { streamLimits } from '#src/domain/limits.ts';
import { responseScript } from '#test/support/response-script.ts';
import { readStream, type StreamReader } from '#test/support/stream-reader.ts';
import { type OpenResponse, type StreamTarget, startStreamTarget } from '#test/support/stream-target.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const run = promisify(execFile);
const patience = { timeout: 60_000, interval: 50 };
let up: UpProcess;
let target: StreamTarget;
let ringback: Ringback;

beforeAll(async () => {
  [up, target] = await Promise.all([startUp(), startStreamTarget()]);
  ringback = createRingback({ url: up.url, apiKey: up.credentials.apiKey });
  const live = { name: 'live', baseUrl: target.url, format: 'openai' as const, default: true };
  await ringback.trpc.upstreams.create.mutate(live);
}, 120_000);
afterAll(async () => {
  await up.stop();
  await target.close();
}, 60_000);

const reader = (id: string) => readStream({ url: up.url, apiKey: up.credentials.apiKey }, id);

/** Submits a job with a stream, and returns its id and the response that the test is to write. */
async function begin(): Promise<{ id: string; response: OpenResponse }> {
  const index = target.responses.length;
  const { id } = await ringback.submit({ url: target.url, method: 'POST', stream: true });
  return { id, response: await target.response(index) };
}

function speak(api: OpenResponse, ...data: string[]): void {
  api.write(data.map((text) => `event: ${(JSON.parse(text) as { type: string }).type}\ndata: ${text}\n\n`).join(''));
}

it("OpenAI's helper comes to the right response although the worker is killed while it reads", async () => {
  const client = new OpenAI({ apiKey: up.credentials.apiKey, baseURL: `${up.url}/v1`, maxRetries: 0 });
  const index = target.responses.length;
  const stream = await client.responses.create({ model: 'm', input: 'x', background: true, stream: true });
  let id = '';
  for await (const event of stream) {
    if (event.type === 'response.created') id = event.response.id;
    break;
  }
  const first = await target.response(index);
  speak(first, ...responseScript(['This is ', 'lost.'], 1).begin);
  const seen: ResponseStreamEvent[] = [];
  const helper = client.responses.stream({ response_id: id });
  helper.on('event', (event) => void seen.push(event));
  const finished = helper.finalResponse();
  finished.catch(() => undefined);
  const deltas = () => seen.filter(({ type }) => type === 'response.output_text.delta').length;
  await expect.poll(deltas, patience).toBe(2);

  const [worker] = await up.children('worker');
  process.kill(worker as number, 'SIGKILL');
  const again = await target.response(index + 1);
  const script = responseScript(['This ', 'is ', 'right.'], 2);
  speak(again, ...script.begin);
  await expect.poll(deltas, patience).toBe(5);
  expect(await up.children('worker')).not.toContain(worker);
  speak(again, ...script.end);
  again.end();
  expect(await finished).toMatchObject({ id, status: 'completed', output_text: 'This is right.' });
  expect(await client.responses.retrieve(id)).toMatchObject({ id, output_text: 'This is right.' });
  const numbers = seen.map(({ sequence_number: number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
}, 120_000);

/** Asks for the events of a job over a connection of its own, and reads nothing of the answer. */
async function openSlowReader(id: string): Promise<Socket> {
  const { hostname, port } = new URL(up.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const head = [`GET /v1/jobs/${id}/events HTTP/1.1`, `host: ${hostname}`];
  socket.write([...head, `authorization: Bearer ${up.credentials.apiKey}`, '', ''].join('\r\n'));
  // The head of the answer says that the stream is there. Nothing more is read.
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

/** Returns the memory of the web process in MiB. */
async function memoryOfWeb(): Promise<number> {
  const [web] = await up.children('web');
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(web)]);
  return Number(stdout) / 1_024;
}

it('readers that read nothing take little memory of the web process, and hold up nobody', async () => {
  const [slowReaders, events, kibEach] = [60, 140, 64];
  const { id, response } = await begin();
  const slow = await Promise.all(Array.from({ length: slowReaders }, () => openSlowReader(id)));
  const before = await memoryOfWeb();
  const quick = [await reader(id), await reader(id)];
  const filling = 'x'.repeat(kibEach * 1_024);
  for (let n = 0; n < events; n++) {
    response.say(`${n} ${filling}`);
    await expect.poll(() => response.waiting, patience).toBeLessThan(1_048_576);
  }
  response.end();
  await Promise.all(quick.map(({ ended }) => ended));
  for (const { seen } of quick) {
    expect(seen.slice(0, -1).map(({ data }) => data.split(' ')[0])).toEqual(
      Array.from({ length: events }, (_, n) => String(n)),
    );
  }
  // What was sent is more than 500 MiB. Of that, more than 300 MiB would wait in memory; the system holds the rest.
  expect((slowReaders * events * kibEach) / 1_024).toBeGreaterThan(500);
  expect((await memoryOfWeb()) - before).toBeLessThan(220);

  // A slow reader that goes on gets everything.
  const [one] = slow;
  let text = '';
  one?.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  await expect.poll(() => text.includes('event: ringback.end'), patience).toBe(true);
  expect(text.match(/^data: \d+ x/gm)).toHaveLength(events);
}, 180_000);

it(`a key has ${streamLimits.events} streams of events, and is told so by name when it asks for one more`, async () => {
  const { id, response } = await begin();
  const readers: StreamReader[] = [];
  for (let n = 0; n < streamLimits.events; n++) readers.push(await reader(id));
  expect(readers.every(({ status }) => status === 200)).toBe(true);
  const headers = { authorization: `Bearer ${up.credentials.apiKey}` };
  const refused = await fetch(`${up.url}/v1/jobs/${id}/events`, { headers });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe(String(streamLimits.retryAfterSeconds));
  expect(await refused.json()).toMatchObject({
    code: 'rate_limited',
    detail: `${streamLimits.events} streams of events of yours are open already: let one of them end`,
  });
  // The others still get what comes, and one that leaves makes room for another.
  readers[0]?.leave();
  await expect
    .poll(async () => {
      const next = await reader(id);
      readers.push(next);
      return next.status;
    }, patience)
    .toBe(200);
  response.say('for all');
  response.end();
  const open = readers.filter(({ status }, index) => status === 200 && index > 0);
  await Promise.all(open.map(({ ended }) => ended));
  for (const { seen } of open) expect(seen.map(({ data }) => data)).toEqual(['for all', '{"state":"completed"}']);
}, 120_000);
