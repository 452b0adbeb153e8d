import OpenAI, { AuthenticationError, NotFoundError } from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;
let gated: GatedTarget;
let ringback: Ringback;
const gateway = (Client: typeof OpenAI = OpenAI, options: object = {}) =>
  new Client({ apiKey: server.credentials.apiKey, baseURL: `${server.url}/v1`, ...options });

beforeAll(async () => {
  [server, provider, gated] = await Promise.all([startRingback(), startModelProvider(), startGatedTarget()]);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const headers = { authorization: 'Bearer sk-provider' };
  const main = { name: 'main', baseUrl: `${provider.url}/v1`, format: 'openai' as const, headers };
  await ringback.trpc.upstreams.create.mutate({
    ...main,
    default: true,
    retry: { '5xx': { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 2 } },
  });
  await ringback.trpc.upstreams.create.mutate({ name: 'slow', baseUrl: `${gated.url}/v1`, format: 'openai' });
});
afterEach(() => gated.open());
afterAll(() => Promise.all([server.close(), provider.close(), gated.close()]));

const clients: [string, typeof OpenAI][] = [
  ['7.59', OpenAI],
  ['6.49', OpenAI6 as unknown as typeof OpenAI],
];

describe.each(clients)('the openai package %s', (version, Client) => {
  it('creates a response in the background, and retrieves it when it has come', async () => {
    const client = gateway(Client);
    const request = { model: 'gpt-4o', input: `in the background ${version}`, metadata: { order: '7' } };
    const created = await client.responses.create({ ...request, background: true });
    expect(created).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      object: 'response',
      status: 'queued',
      background: true,
      model: 'gpt-4o',
      metadata: { order: '7' },
      output: [],
      error: null,
    });
    const done = async () => client.responses.retrieve(created.id);
    await expect.poll(async () => (await done()).status, { timeout: 20_000 }).toBe('completed');
    const response = await done();
    expect(response).toMatchObject({ id: created.id, created_at: created.created_at, metadata: { order: '7' } });
    expect(response.output_text).toBe(`answer to in the background ${version}`);
    expect(response.usage?.total_tokens).toBe(2);
    const { call } = await ringback.trpc.jobs.view.query({ id: created.id.replace('resp', 'job') });
    const tokens = { inputTokens: 1, outputTokens: 1 };
    const found = async (filter: object) => (await ringback.trpc.jobs.list.query(filter)).jobs.map(({ id }) => id);
    const jobId = created.id.replace('resp', 'job');
    expect(await found({ model: 'gpt-4o', upstream: 'main', limit: 100 })).toContain(jobId);
    expect(await found({ model: 'gpt-4' })).toEqual([]);
    expect(await found({ text: created.id })).toEqual([jobId]);
    expect(call).toEqual({ gateway: 'responses', responseId: created.id, model: 'gpt-4o', ...tokens });
    const sent = provider.requests.find(({ text }) => text === request.input);
    expect(sent?.headers.authorization).toBe('Bearer sk-provider');
    expect(JSON.parse(String(sent?.body))).toEqual({ ...request });
  });

  it('waits for a response in the foreground', async () => {
    const response = await gateway(Client).responses.create({ model: 'main/gpt-5', input: 'in the foreground' });
    expect(response.output_text).toBe('answer to in the foreground');
    const sent = provider.requests.findLast(({ text }) => text === 'in the foreground');
    expect(JSON.parse(String(sent?.body))).toMatchObject({ model: 'gpt-5' });
  });

  it('throws the error of the API by its class, after the retries of the upstream and none of its own', async () => {
    const client = gateway(Client);
    const asked = (input: string) => client.responses.create({ model: 'm', input });
    const wrong = `status=400 ${version}`;
    await expect(asked(wrong)).rejects.toMatchObject({ status: 400, code: 'scripted', message: '400 said 400' });
    await expect(asked(wrong)).rejects.toBeInstanceOf(Client.BadRequestError);
    expect(provider.hits(wrong)).toBe(2);
    const broken = `status=500 ${version}`;
    await expect(asked(broken)).rejects.toBeInstanceOf(Client.InternalServerError);
    expect(provider.hits(broken)).toBe(2);
    const shaky = await asked(`first=503 ${version}`);
    expect(shaky.output_text).toBe(`answer to first=503 ${version}`);
  });

  it('reads a failed background response with the error of the API', async () => {
    const client = gateway(Client);
    const created = await client.responses.create({
      model: 'm',
      input: `status=400 later ${version}`,
      background: true,
    });
    const read = () => client.responses.retrieve(created.id);
    await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe('failed');
    expect((await read()).error).toEqual({ code: 'scripted', message: 'said 400' });
  });
});

it('refuses with classes and codes of its own, and is not asked a second time', async () => {
  const client = gateway();
  const failed = (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
  expect(await failed(client.responses.retrieve('resp_no'))).toBeInstanceOf(NotFoundError);
  const stranger = gateway(OpenAI, { apiKey: 'sk-other' });
  expect(await failed(stranger.responses.create({ model: 'm', input: 'x' }))).toBeInstanceOf(AuthenticationError);
  expect(await failed(client.responses.create({ model: 'm', input: 'x', metadata: { a: 7 } as never }))).toMatchObject({
    status: 400,
    code: 'invalid_input',
    param: 'metadata.a',
    requestID: expect.any(String),
  });
  const window = { background_options: { completion_window: '2h' as const } };
  expect(await failed(client.responses.create({ model: 'm', input: 'x', ...window }))).toMatchObject({
    param: 'background_options.completion_window',
  });
});

it('attaches a request that the client repeats to the response that it has made', async () => {
  gated.shut();
  const lost: string[] = [];
  // The answer to the first request is lost on its way, so the client sends the request again.
  const losing: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (init?.method !== 'POST' || lost.length > 0) return response;
    lost.push(((await response.json()) as { id: string }).id);
    throw new TypeError('terminated');
  };
  const client = gateway(OpenAI, { fetch: losing });
  const request = { model: 'slow/m', input: 'lost', background: true } as const;
  const created = await client.responses.create(request);
  expect([created.id]).toEqual(lost);
  const other = await client.responses.create(request);
  expect(other.id).not.toBe(created.id);
  await Promise.all([created, other].map(({ id }) => client.responses.cancel(id)));
});

it('lists the items of the input, page by page', async () => {
  const client = gateway();
  const input = ['one', 'two', 'three'].map((content) => ({ role: 'user' as const, content }));
  const { id } = await client.responses.create({ model: 'm', input, background: true });
  const texts: unknown[] = [];
  for await (const item of client.responses.inputItems.list(id, { order: 'asc', limit: 2 })) {
    texts.push((item as { content: { text: string }[] }).content[0]?.text);
  }
  expect(texts).toEqual(['one', 'two', 'three']);
});

it('sends neither the API nor readers what only concerns the callback or another server', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const tools = [
    { type: 'mcp' as const, server_label: 's', server_url: 'https://mcp.test', headers: { k: 'mcp-s3cret' } },
  ];
  const metadata = { ringback_callback: `${receiver.url}/told`, order: '9' };
  const client = gateway();
  const created = await client.responses.create({ model: 'm', input: 'with tools', tools, metadata, background: true });
  expect(created).toMatchObject({ metadata: { order: '9' }, tools: [{ type: 'mcp', server_label: 's' }] });
  expect(JSON.stringify(created)).not.toContain('s3cret');
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
  const told = JSON.parse(String(receiver.received[0]?.body)) as { type: string; data: object };
  expect(told).toMatchObject({ type: 'response.completed', data: { id: created.id } });
  const sent = JSON.parse(String(provider.requests.find(({ text }) => text === 'with tools')?.body));
  expect(sent).toMatchObject({ tools, metadata: { order: '9' } });
  expect(sent.metadata).not.toHaveProperty('ringback_callback');
  const { rows } = await server.db.pool.query<{ all: string }>(
    `select string_agg(t::text, ' ') as all from (select encode(bytes, 'escape') from job_body union all
     select asked::text from model_call) t`,
  );
  expect(rows[0]?.all).not.toContain('s3cret');
});

it('cancels a response again and again, and deletes one', async () => {
  gated.shut();
  const client = gateway();
  const created = await client.responses.create({ model: 'slow/m', input: 'x', background: true });
  const cancelled = await client.responses.cancel(created.id);
  expect(cancelled).toMatchObject({ id: created.id, status: 'cancelled', output: [] });
  expect(await client.responses.cancel(created.id)).toEqual(cancelled);
  await client.responses.delete(created.id);
  await expect(client.responses.retrieve(created.id)).rejects.toBeInstanceOf(NotFoundError);
  await expect(client.responses.delete(created.id)).rejects.toBeInstanceOf(NotFoundError);
});

it("a deletion whose answer was lost succeeds when OpenAI's client makes it again, and only where something was deleted", async () => {
  let isLost = false;
  const counts: (string | null)[] = [];
  const client = gateway(OpenAI, {
    fetch: async (url: string, init: RequestInit) => {
      const response = await fetch(url, init);
      if (init.method === 'DELETE') counts.push(new Headers(init.headers).get('x-stainless-retry-count'));
      if (!isLost) return response;
      isLost = false;
      await response.arrayBuffer();
      throw new TypeError('the connection was closed');
    },
  });
  const { id } = await client.responses.create({ model: 'm', input: 'to delete', background: true });
  isLost = true;
  await client.responses.delete(id);
  expect(counts).toEqual(['0', '1']);
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  const unknown = id.replace(/.{4}$/, '0000');
  isLost = true;
  await expect(client.responses.delete(unknown)).rejects.toBeInstanceOf(NotFoundError);
  expect(counts).toEqual(['0', '1', '0', '1']);
});

it('a response that is run again is a response of its own', async () => {
  const client = gateway();
  const { id } = await client.responses.create({ model: 'm', input: 'again', metadata: { n: '1' }, background: true });
  const read = (one: string) => client.responses.retrieve(one);
  await expect.poll(async () => (await read(id)).status, { timeout: 20_000 }).toBe('completed');
  const rerun = await ringback.rerun(id.replace('resp', 'job'));
  const again = rerun.id.replace('job', 'resp');
  await expect.poll(async () => (await read(again)).status, { timeout: 20_000 }).toBe('completed');
  expect(await read(again)).toMatchObject({ output_text: 'answer to again', metadata: { n: '1' }, background: true });
});
