import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { fences } from '#test/integration/client/move/page-examples.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const run = promisify(execFile);
const page = fences(readFileSync(path.join(import.meta.dirname, 'pages/freddy-background.txt'), 'utf8'));
const example = (after: string) => page.find((one) => one.after === after)?.code ?? expect.unreachable(after);
const origin = 'https://api.freddy.aitronos.com';
const shownId = 'resp_67ccd2bed1ec8190';

type Shown = { id: string; status: string; created_at: number; [field: string]: unknown };

let server: TestRingback;
let provider: ModelProvider;
let freddy: Server;
let gated: GatedTarget;
const askedOfFreddy: unknown[] = [];

beforeAll(async () => {
  [server, provider, gated] = await Promise.all([startRingback(), startModelProvider(), startGatedTarget()]);
  freddy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    askedOfFreddy.push([request.url, JSON.parse(Buffer.concat(chunks).toString())]);
    const answer = { ...JSON.parse(example('json completed')), created_at: 1, completed_at: 2 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => freddy.listen(0, '127.0.0.1', resolve));
  const { upstreams } = createRingback({ url: server.url, apiKey: server.credentials.apiKey }).trpc;
  await upstreams.create.mutate({ name: 'main', baseUrl: `${provider.url}/v1`, format: 'openai', default: true });
  const { port } = freddy.address() as AddressInfo;
  await upstreams.create.mutate({ name: 'freddy', baseUrl: `http://127.0.0.1:${port}/v1`, format: 'freddy' });
  await upstreams.create.mutate({ name: 'slow', baseUrl: `${gated.url}/v1`, format: 'openai' });
});
afterEach(() => gated.open());
afterAll(async () => {
  freddy.closeAllConnections();
  await Promise.all([server.close(), provider.close(), gated.close(), new Promise((done) => freddy.close(done))]);
});

/** Runs an example of the page by a shell, with another base URL and key. */
async function shell(command: string): Promise<Shown> {
  const env = { ...process.env, FREDDY_API_KEY: server.credentials.apiKey };
  const { stdout } = await run('sh', ['-c', command.replace(origin, server.url)], { env });
  return JSON.parse(stdout) as Shown;
}

const check = (id: string) => shell(example('bash check').replace(shownId, id));
async function ended(id: string): Promise<Shown> {
  await expect.poll(async () => (await check(id)).status, { timeout: 20_000 }).toMatch(/completed|failed/);
  return check(id);
}

/** Each field of the page's sample is in the answer, with a value of the same kind. */
function expectLike(answer: unknown, sample: unknown): void {
  if (typeof sample !== 'object' || sample === null) {
    expect(typeof answer).toBe(typeof sample);
    return;
  }
  for (const [name, value] of Object.entries(sample)) {
    expect(answer).toHaveProperty([name]);
    expectLike((answer as Record<string, unknown>)[name], value);
  }
}

describe.each(['main', 'freddy'])('the examples for curl, with the upstream %s', (upstream) => {
  it('submit in the background, and check until it is completed', async () => {
    const submitted = await shell(example('bash submit').replace('"gpt-4.1"', `"${upstream}/gpt-4.1"`));
    expectLike(submitted, JSON.parse(example('json submitted')));
    expect(submitted).toMatchObject({ id: expect.stringMatching(/^resp_/), status: 'queued' });
    const done = await ended(submitted.id);
    expectLike(done, JSON.parse(example('json completed')));
    expect(done).toMatchObject({ id: submitted.id, status: 'completed', created_at: submitted.created_at });
    expect(Number(done.completed_at)).toBeGreaterThanOrEqual(done.created_at);
  });
});

it('each upstream was asked in its own form', () => {
  const text = 'Write a detailed article about AI';
  const sent = JSON.parse(String(provider.requests.find((one) => one.text === text)?.body)) as object;
  const content = [{ type: 'input_text', text }];
  expect(sent).toEqual({ model: 'gpt-4.1', input: [{ role: 'user', content }] });
  const inputs = [{ role: 'user', texts: [{ text }] }];
  expect(askedOfFreddy).toEqual([['/v1/model/response', { model: 'gpt-4.1', inputs }]]);
});

it('has every state of the page', async () => {
  gated.shut();
  const slow = example('bash submit').replace('"gpt-4.1"', '"slow/gpt-4.1"');
  const { id } = await shell(slow);
  await expect.poll(async () => (await check(id)).status, { timeout: 20_000 }).toBe('in_progress');
  const cancelled = await shell(`${example('bash check').replace(shownId, `${id}/cancel`).trimEnd()} -X POST`);
  expect([cancelled.status, (await check(id)).status]).toEqual(['cancelled', 'cancelled']);
  const wrong = await shell(example('bash submit').replace('Write a', 'status=400 Write a'));
  expect(await ended(wrong.id)).toMatchObject({ status: 'failed', error: { code: 'scripted', message: 'said 400' } });
});

describe('the examples in JavaScript', () => {
  /** The page's functions, among names that it leaves to its reader. */
  function reader<T>(code: string, returned: string, others: Record<string, unknown> = {}): Promise<T> {
    const apiKey = server.credentials.apiKey;
    const headers = { authorization: `Bearer ${apiKey}` };
    const at = (url: string) => (url.startsWith('/') ? server.url + url : url);
    const known: Record<string, unknown> = {
      apiKey,
      fetch: (url: string, init: RequestInit) => fetch(at(url), init),
      checkStatus: async (id: string) => (await fetch(at(`/v1/model/response/${id}`), { headers })).json(),
      ...others,
    };
    const body = `return (async () => {\n${code}\nreturn ${returned};\n})();`;
    return new Function(...Object.keys(known), body)(...Object.values(known)) as Promise<T>;
  }

  it('submits several in parallel, and waits for all', async () => {
    const results = await reader<Shown[]>(
      `${example('javascript timeout')}\n${example('javascript batch')}`,
      'results',
    );
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'completed'));
    expect(results.map(({ output }) => JSON.stringify(output))).toEqual([
      expect.stringContaining('answer to prompt1'),
      expect.stringContaining('answer to prompt2'),
      expect.stringContaining('answer to prompt3'),
    ]);
  });

  it('shows what is loading, and then its result', async () => {
    const shown: unknown[] = [];
    const submitBackgroundRequest = async (prompt: string) => {
      const body = JSON.stringify({
        model: 'gpt-4.1',
        background: true,
        inputs: [{ role: 'user', texts: [{ text: prompt }] }],
      });
      const headers = { authorization: `Bearer ${server.credentials.apiKey}` };
      return (await fetch(`${server.url}/v1/model/response`, { method: 'POST', headers, body })).json();
    };
    await reader(`${example('javascript timeout')}\n${example('javascript ui')}`, "generateResponse('in the page')", {
      submitBackgroundRequest,
      showLoadingMessage: (text: string) => shown.push(text),
      displayResult: ({ status, output }: Shown) => shown.push([status, JSON.stringify(output)]),
    });
    expect(shown).toEqual([
      expect.stringMatching(/^Processing\.\.\. \(ID: resp_/),
      ['completed', expect.stringContaining('answer to in the page')],
    ]);
  });

  it('throws for a response that has failed', async () => {
    const { id } = await shell(example('bash submit').replace('Write a', 'status=400 Again a'));
    await ended(id);
    const waits = reader(example('javascript timeout'), `waitForCompletion('${id}')`);
    await expect(waits).rejects.toThrow('Response failed');
  });
});

/** Runs the task's function without Celery, which only decides where it runs. */
async function runTask(): Promise<void> {
  const task = example('python celery')
    .replace('from celery import Celery\n', '')
    .replace("app = Celery('tasks')\n", '')
    .replace('@app.task\n', '')
    .replace(origin, server.url);
  const script = `api_key = '${server.credentials.apiKey}'\n${task}\nprint(process_ai_response('from a task'))`;
  const { stdout } = await run('python3', ['-c', script]);
  const done = await ended(stdout.trim());
  expect(JSON.stringify(done.output)).toContain('answer to from a task');
}

// The only case that needs a program besides Node.
if (spawnSync('python3', ['-c', 'import requests']).status === 0) it('runs the task in Python', runTask);
