import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRingback, type Ringback, type RunDetail } from '#src/client/index.ts';
import { type Inngest, type InngestFunction, serve } from '#src/client/inngest/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';
import { type ExampleModules, fences, inngestClient, readPage, startExampleModules } from './page-examples.ts';

let server: TestRingback;
let provider: ModelProvider;
let app: ServeApp;
let ringback: Ringback;
let modules: ExampleModules;
const routes: AppRoutes = {};

beforeAll(async () => {
  [server, provider, modules] = await Promise.all([startRingback(), startModelProvider(), startExampleModules()]);
  app = await startServeApp(routes);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
});
beforeEach(() => {
  vi.stubGlobal('AI_SDK_LOG_WARNINGS', false);
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-never-shown');
  vi.stubEnv('ANTHROPIC_BASE_URL', `${provider.url}/v1`);
});
afterAll(async () => {
  await app.close();
  await server.close();
  await provider.close();
  await modules.close();
});

/** Writes an example as a module, and serves its function. `exported` is the name of the function on the page. */
async function serveExample(
  name: string,
  code: string,
  exported: string,
  changes: Record<string, string> = {},
): Promise<Inngest> {
  const { apiKey } = server.credentials;
  const options = { id: 'my-app', eventKey: apiKey, baseUrl: server.url, appUrl: app.url, route: `/${name}` };
  await modules.write(`${name}-client.ts`, inngestClient(options));
  const imports = code.includes('from "./client"') ? '' : `import { inngest } from "./${name}-client.ts";\n`;
  const exports = code.includes(`export const ${exported}`) ? '' : `\nexport { ${exported} };\n`;
  await modules.write(`${name}.ts`, `${imports}${code}${exports}`, changes);
  const { inngest } = await modules.load<{ inngest: Inngest }>(`${name}-client.ts`);
  const example = await modules.load<Record<string, InngestFunction>>(`${name}.ts`);
  const { POST } = serve({ client: inngest, functions: [example[exported] as InngestFunction] });
  routes[`/${name}`] = POST;
  return inngest;
}

/** Sends an event to a served example, and resolves with the ended run of its function. */
async function runOf(client: Inngest, event: { name: string; data?: unknown }): Promise<RunDetail> {
  const { ids } = await client.send(event);
  const { runs } = await ringback.runs.list({ label: event.name.slice(0, 64), limit: 100 });
  const handing = runs.find(({ idempotencyKey }) => idempotencyKey === `event:my-app:${ids[0]}`);
  const { result } = await ringback.runs.wait(handing?.id ?? '');
  const started = (result as { runs: { run: string }[] }).runs;
  expect(started.length).toBe(1);
  return ringback.runs.wait(started[0]?.run ?? '');
}

const idOf = () => crypto.randomUUID();

describe("the examples of Inngest's page on fetch", () => {
  const [retrieve, parallel, aiSdk] = fences(readPage('inngest-fetch')).map(({ code }) => code);

  it('retrieves a text file', async () => {
    const client = await serveExample('retrieve', retrieve ?? '', 'retrieveTextFile', {
      '"./client"': '"./retrieve-client.ts"',
      'https://example-files.online-convert.com': provider.url,
    });
    const run = await runOf(client, { name: 'textFile/retrieve' });
    expect(run.steps.map(({ kind, key, state }) => [kind, key.split(':')[0], state])).toEqual([
      ['request', 'fetch', 'done'],
      ['step', 'extract-text', 'done'],
    ]);
    // Entered at first and with the response; the second entry goes on to the end. The request was made once.
    expect([run.turns.length, provider.hits('/document/txt/example.txt')]).toEqual([2, 1]);
  });

  it('requests files in parallel within the limit of the function, up to the slip of the page', async () => {
    const client = await serveExample('parallel', parallel ?? '', 'processFiles', {
      'https://api.example.com': provider.url,
    });
    const files = Array.from({ length: 30 }, () => ({ id: `${idOf()} slow=20` }));
    vi.spyOn(console, 'error').mockImplementation(() => {});
    // The page reads `response`, which it never declares: it has `responses`. So the step fails, in every entry.
    await expect(runOf(client, { name: 'files/process', data: { files } })).rejects.toThrow('response is not defined');
    const paths = files.map(({ id }) => new URL(`/files/${id}`, provider.url).pathname);
    expect(paths.map((path) => provider.hits(path))).toEqual(paths.map(() => 1));
    expect(provider.mostAtOnce()).toBeLessThanOrEqual(10);
    const [flow] = (await ringback.trpc.flows.list.query({})).flows;
    expect(flow).toMatchObject({ key: 'process-files', concurrency: 10 });
  });

  it('requests files in parallel to the end, with the slip of the page put right', async () => {
    const client = await serveExample('mended', parallel ?? '', 'processFiles', {
      'https://api.example.com': provider.url,
      'await response.json()': 'await Promise.all(responses.map((response) => response.json()))',
      'async (file) => {\n      const body': 'async () => {\n      const body',
      '// body.files': 'return body.map(({ path }) => path);',
    });
    const files = Array.from({ length: 30 }, () => ({ id: idOf() }));
    const run = await runOf(client, { name: 'files/process', data: { files } });
    const paths = files.map(({ id }) => `/files/${id}`);
    expect(paths.map((path) => provider.hits(path))).toEqual(paths.map(() => 1));
    const { rows } = await server.db.pool.query<{ result: string }>(
      `select result from run_part where kind = 'step' and key = 'process-file' and result is not null`,
    );
    expect(rows.map(({ result }) => JSON.parse(result))).toEqual([paths]);
    expect(run.turns.length).toBeGreaterThan(1);
  });

  it('makes the requests of the AI SDK durable, made through a client of the module', async () => {
    const client = await serveExample('ai', aiSdk ?? '', 'weatherFunction', {
      "'inngest'": "'@ringback/client/inngest'",
    });
    const prompt = "What's the weather in London?";
    const run = await runOf(client, { name: 'weather/get' });
    expect(run.steps.map(({ kind, state, url }) => [kind, state, url])).toEqual([
      ['request', 'done', `${provider.url}/v1/messages`],
    ]);
    expect([run.turns.length, provider.hits(prompt)]).toEqual([2, 1]);
    const job = await ringback.get(run.steps[0]?.jobId ?? '');
    expect(JSON.stringify([run, job])).not.toContain('sk-ant-never-shown');
    expect(provider.requests.find(({ text }) => text === prompt)?.headers['x-api-key']).toBe('sk-ant-never-shown');
  });
});
