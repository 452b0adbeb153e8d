import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createRingback, verifyCallback } from '#src/client/index.ts';
import {
  type ExampleModules,
  fences,
  readGuide,
  startExampleModules,
} from '#test/integration/client/move/page-examples.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const run = promisify(execFile);
let server: TestRingback;
let provider: ModelProvider;
let modules: ExampleModules;
let printed: string[] = [];

beforeAll(async () => {
  [server, provider, modules] = await Promise.all([startRingback(), startModelProvider(), startExampleModules()]);
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => void printed.push(parts.join(' ')));
  vi.stubGlobal('AI_SDK_LOG_WARNINGS', false);
  const settings = {
    RINGBACK_URL: server.url,
    RINGBACK_API_KEY: server.credentials.apiKey,
    OPENAI_API_KEY: 'sk-guide',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => Promise.all([server.close(), provider.close(), modules.close()]));

/** Runs an example of a guide as a module. It is named by the comment in its first line. */
async function runExample<T>(guide: string, name: string, changes: Record<string, string> = {}): Promise<T> {
  const found = fences(readGuide(`docs/${guide}.md`)).find(({ code }) => code.startsWith(`// ${name}.ts\n`));
  const file = `${guide}-${name}.ts`;
  await modules.write(file, `${found?.code ?? expect.unreachable(name)}\nexport {};\n`, changes);
  return modules.load<T>(file);
}

it('docs/from-bifrost.md', { timeout: 60_000 }, async () => {
  const guide = 'from-bifrost';
  await runExample(guide, 'upstreams', { 'https://api.openai.com': provider.url });
  const curl = fences(readGuide(`docs/${guide}.md`)).find(({ after }) => after === 'sh')?.code ?? '';
  const { stdout } = await run('sh', ['-c', curl], { env: process.env });
  expect(JSON.parse(stdout)).toMatchObject({ status: 'pending', id: expect.any(String) });

  await runExample(guide, 'drop-in');
  expect(printed).toEqual(['answer to Why?']);
  expect(provider.requests.at(-1)?.headers.authorization).toBe('Bearer sk-guide');

  const receiver = await startReceiver();
  const { endpoints } = createRingback({ url: server.url, apiKey: server.credentials.apiKey }).trpc;
  const { secret } = await endpoints.create.mutate({ name: 'hook', url: receiver.url });
  vi.stubEnv('WEBHOOK_SECRET', secret ?? '');
  const { POST } = await runExample<{ POST: (request: Request) => Promise<Response> }>(guide, 'webhook');
  const json = { model: 'openai/gpt-4', messages: [{ role: 'user', content: 'ring' }] };
  await server.rest('POST', '/v1/async/chat/completions', { json, headers: { 'x-bf-async-webhook': 'hook' } });
  const [told] = await receiver.waitFor(1);
  const headers = new Headers(told?.headers as Record<string, string>);
  const asked = () =>
    new Request('http://app.test', { method: 'POST', headers, body: new Uint8Array(told?.body ?? []) });
  expect((await POST(asked())).status).toBe(204);
  expect(printed.at(-1)).toMatch(/^async_job\.completed [0-9a-f-]{36} completed$/);
  await expect(verifyCallback(asked(), secret ?? '')).rejects.toMatchObject({ code: 'body_not_json' });
  await receiver.close();
});

it('docs/from-openai-background.md', { timeout: 60_000 }, async () => {
  const guide = 'from-openai-background';
  await runExample(guide, 'ask');
  await runExample(guide, 'stream');
  expect(printed).toEqual(['answer to Why?', 'answer to Why?']);

  const receiver = await startReceiver();
  await runExample(guide, 'ring', { 'https://app.example.com': receiver.url });
  const [told] = await receiver.waitFor(1);
  if (told === undefined) throw new Error('nothing came');
  expect(JSON.parse(told.body.toString())).toMatchObject({ data: { id: printed.at(-1) } });
  vi.stubEnv('RINGBACK_WEBHOOK_SECRET', server.credentials.webhookSecret);
  const { POST } = await runExample<{ POST: (request: Request) => Promise<Response> }>(guide, 'rung');
  const headers = new Headers(told.headers as Record<string, string>);
  const request = { method: 'POST', headers, body: new Uint8Array(told.body) };
  expect((await POST(new Request('http://app.test', request))).status).toBe(204);
  expect(printed.at(-1)).toBe('answer to Why?');
  await receiver.close();

  await runExample(guide, 'ai');
  expect(printed.at(-1)).toBe('answer to Why?');
});

/** A server in the shape of vLLM's: it knows no background, and whatever it was doing is gone when it dies. */
async function startForgetful(
  port: number,
): Promise<{ server: Server; port: number; asked: string[]; open(): void; die(): void }> {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const forgetful = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push(Buffer.concat(chunks).toString());
    const text = 'because';
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }];
    const answer = () =>
      response
        .writeHead(request.url === '/v1/responses' ? 200 : 404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ id: 'resp_own', object: 'response', status: 'completed', output }));
    if (isOpen) answer();
    else waiting.push(answer);
  });
  await new Promise<void>((resolve) => forgetful.listen(port, '127.0.0.1', resolve));
  return {
    server: forgetful,
    port: (forgetful.address() as AddressInfo).port,
    asked,
    open: () => {
      isOpen = true;
      for (const answer of waiting) answer();
    },
    die: () => {
      forgetful.closeAllConnections();
      forgetful.close();
    },
  };
}

it('docs/background-responses-for-vllm-and-ollama.md', { timeout: 60_000 }, async () => {
  const guide = 'background-responses-for-vllm-and-ollama';
  const first = await startForgetful(0);
  await runExample(guide, 'upstream', { 'http://localhost:8000': `http://127.0.0.1:${first.port}` });
  const reading = runExample(guide, 'ask');
  await expect.poll(() => first.asked.length, { timeout: 20_000 }).toBe(1);
  expect(JSON.parse(first.asked[0] ?? '')).toEqual({ model: 'meta-llama/Llama-3', input: 'Why?' });
  // The server dies while it answers, and is started again.
  first.die();
  const second = await startForgetful(first.port);
  second.open();
  await reading;
  expect(printed).toEqual(['because']);
  expect(second.asked).toEqual(first.asked);
  second.die();
});
