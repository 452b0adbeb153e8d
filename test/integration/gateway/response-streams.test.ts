import OpenAI, { APIError } from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { responseScript } from '#test/support/response-script.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type OpenResponse, type StreamTarget, startStreamTarget } from '#test/support/stream-target.ts';

let server: TestRingback;
let target: StreamTarget;
let provider: ModelProvider;
let ringback: Ringback;
const clients: [string, typeof OpenAI][] = [
  ['7.59', OpenAI],
  ['6.49', OpenAI6 as unknown as typeof OpenAI],
];
const gateway = (Client: typeof OpenAI = OpenAI) =>
  new Client({ apiKey: server.credentials.apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });

beforeAll(async () => {
  [server, target, provider] = await Promise.all([startRingback(), startStreamTarget(), startModelProvider()]);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const retry = { any: { limit: 0 } };
  const live = { name: 'live', baseUrl: target.url, format: 'openai' as const, default: true };
  await ringback.trpc.upstreams.create.mutate(live);
  await ringback.trpc.upstreams.create.mutate({ name: 'once', baseUrl: `${provider.url}/v1`, format: 'openai', retry });
});
afterAll(() => Promise.all([server.close(), target.close(), provider.close()]));

const words = ['One ', 'two ', 'three.'];
const isMonotonic = (events: ResponseStreamEvent[]) =>
  events.every(
    ({ sequence_number: number }, index) => index === 0 || number > (events[index - 1]?.sequence_number ?? 0),
  );

/** Sends events as a model API does: each has its type as its name. */
function speak(api: OpenResponse, ...data: string[]): void {
  const named = data.map((text) => `event: ${(JSON.parse(text) as { type: string }).type}\ndata: ${text}\n\n`);
  api.write(named.join(''));
}

/** Reads events until there are `count`, or to the end. */
async function take(stream: AsyncIterable<ResponseStreamEvent>, count = Number.POSITIVE_INFINITY) {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) if (events.push(event) >= count) break;
  return events;
}

async function begin(client: OpenAI) {
  const index = target.responses.length;
  const stream = await client.responses.create({ model: 'm', input: 'x', background: true, stream: true });
  return { stream, api: await target.response(index) };
}

describe.each(clients)('the openai package %s', (_version, Client) => {
  it('reads a stream live, leaves it, and goes on after the last event that it has, and again from the start', async () => {
    const client = gateway(Client);
    const { stream, api } = await begin(client);
    const script = responseScript(words);
    speak(api, ...script.begin);
    const first = await take(stream, 6);
    const [created] = first;
    if (created?.type !== 'response.created') throw new Error('the first event must be response.created');
    const { id } = created.response;
    expect(created.response).toMatchObject({ status: 'queued', output: [], background: true });
    const after = first.at(-1)?.sequence_number ?? 0;
    const resumed = client.responses.retrieve(id, { stream: true, starting_after: after });
    speak(api, ...script.end);
    api.end();
    const rest = await take(await resumed);
    const all = [...first, ...rest];
    expect(isMonotonic(all)).toBe(true);
    expect(rest[0]?.sequence_number).toBe(after + 1);
    expect(all.map(({ type }) => type)).toEqual([
      ...['response.created', 'response.queued', 'response.in_progress', 'response.output_item.added'],
      ...['response.content_part.added', ...words.map(() => 'response.output_text.delta')],
      ...['response.output_text.done', 'response.content_part.done', 'response.output_item.done', 'response.completed'],
    ]);
    // The whole of it is answered the same way afterwards, by the helper as by the iterator.
    expect(await take(await client.responses.retrieve(id, { stream: true }))).toEqual(all);
    const helped = await client.responses.stream({ response_id: id, starting_after: after }).finalResponse();
    expect(helped).toMatchObject({ id, status: 'completed', output_text: words.join('') });
    const read = await client.responses.retrieve(id);
    expect(read).toMatchObject({ id, status: 'completed', output_text: words.join(''), usage: { total_tokens: 7 } });
  });

  it('a stream of a call that fails ends with response.failed, and one that is cancelled just ends', async () => {
    const client = gateway(Client);
    const failing = await client.responses.create({
      model: 'once/m',
      input: 'status=400 s',
      background: true,
      stream: true,
    });
    const failed = await take(failing);
    expect(failed.map(({ type }) => type)).toEqual(['response.created', 'response.queued', 'response.failed']);
    expect(failed.at(-1)).toMatchObject({ response: { status: 'failed', error: { code: 'scripted' } } });

    const { stream, api } = await begin(client);
    speak(api, ...responseScript(words).begin);
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) {
      events.push(event);
      if (events.length === 5 && event.type !== 'error') {
        const [created] = events;
        if (created?.type === 'response.created') await client.responses.cancel(created.response.id);
      }
    }
    expect(events.some(({ type }) => type.includes('cancelled') || type === 'response.completed')).toBe(false);
  });
});

it('answers a stream in the foreground too, and a whole answer of an API that does not stream', async () => {
  const client = gateway();
  const stream = await client.responses.create({ model: 'once/m', input: 'in the foreground', stream: true });
  const events = await take(stream);
  expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  expect(JSON.stringify(events.at(-1))).toContain('answer to in the foreground');
});

it('twenty readers of one stream have the same events, and none of a response without a stream', async () => {
  const client = gateway();
  const { stream, api } = await begin(client);
  const [created] = await take(stream, 1);
  const id = created?.type === 'response.created' ? created.response.id : '';
  const readers = Array.from({ length: 20 }, async () => take(await client.responses.retrieve(id, { stream: true })));
  const script = responseScript(words);
  speak(api, ...script.begin, ...script.end);
  api.end();
  const all = await Promise.all(readers);
  for (const events of all) expect(events).toEqual(all[0]);
  expect(all[0]?.at(-1)?.type).toBe('response.completed');
  const plain = await client.responses.create({ model: 'once/m', input: 'plain', background: true });
  const refused = client.responses.retrieve(plain.id, { stream: true });
  await expect(refused).rejects.toBeInstanceOf(APIError);
  await expect(refused).rejects.toMatchObject({ code: 'no_events', param: 'stream' });
});

it('the events of a response are gone with it', async () => {
  const client = gateway();
  const stream = await client.responses.create({ model: 'once/m', input: 'to delete', background: true, stream: true });
  const [created] = await take(stream);
  const id = created?.type === 'response.created' ? created.response.id : '';
  await client.responses.delete(id);
  await expect(client.responses.retrieve(id, { stream: true })).rejects.toMatchObject({ status: 404 });
});
