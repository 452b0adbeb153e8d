import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRingback, type Ringback, type RunDetail } from '#src/client/index.ts';
import { createAppRoute, type TriggerClient } from '#src/client/trigger/index.ts';
import { type Receiver, type Reply, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';
import { type ExampleModules, fences, readPage, startExampleModules, surroundTrigger } from './page-examples.ts';

const secret = 'sk-live-4711-never-shown';
const origin = 'https://example.com';

let server: TestRingback;
let target: Receiver;
let app: ServeApp;
let ringback: Ringback;
let modules: ExampleModules;
const routes: AppRoutes = {};
/** What the target answers to each path, in this order; the last one again and again. */
const scripts: Record<string, Reply[]> = {};

beforeAll(async () => {
  [server, target, modules] = await Promise.all([startRingback(), startReceiver(), startExampleModules()]);
  app = await startServeApp(routes);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  target.answer(({ path }) => {
    const script = scripts[path] ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? 404;
  });
});
afterAll(async () => {
  await app.close();
  await server.close();
  await target.close();
  await modules.close();
});

/** Writes an example as a module with its own origin, and serves its jobs. */
async function serveExample(name: string, code: string, from = origin): Promise<TriggerClient> {
  const { apiKey } = server.credentials;
  const options = { id: 'my-webapp', apiKey, apiUrl: server.url, appUrl: app.url, route: `/${name}` };
  await modules.write(`${name}.ts`, surroundTrigger(code, options, secret), { [from]: `${target.url}/${name}` });
  const { client } = await modules.load<{ client: TriggerClient }>(`${name}.ts`);
  routes[`/${name}`] = createAppRoute(client).POST;
  return client;
}

/** Sends the page's event, and resolves with the ended run of the job. */
async function runOf(client: TriggerClient): Promise<RunDetail> {
  const { runId } = await client.sendEvent({ name: 'example.event', payload: { any: 'thing' } });
  const { runs } = (await ringback.runs.wait(runId)).result as { runs: { function: string; run: string }[] };
  expect(runs.map((one) => one.function)).toEqual(['background-fetch-job']);
  return ringback.runs.wait(runs[0]?.run ?? '');
}

const requestsOf = (path: string) => target.received.filter((one) => one.path === path);
const ok: Reply = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"answer":42}' };
const busy = (): Reply => {
  const reset = String(Math.ceil(Date.now() / 1_000) + 1);
  const headers = { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  return { status: 429, headers };
};

async function attemptsOf(run: RunDetail) {
  const [step, ...others] = run.steps;
  expect(others).toEqual([]);
  expect(step).toMatchObject({ key: 'fetch-some-data', kind: 'request', state: 'done', method: 'POST' });
  const { attempts } = await ringback.attempts(step?.jobId ?? '');
  return attempts.map(({ status, decision }) => [status, decision?.rule]);
}

describe("the examples of Trigger.dev's page on io.backgroundFetch", () => {
  const [fragment, first, timeouts] = fences(readPage('trigger-background-fetch'));
  const retrying = first?.code ?? '';

  it('are what the page has', () => {
    expect([first?.after, timeouts?.after]).toEqual(['typescript retrying', 'typescript timeouts']);
    expect(retrying).toContain('client.defineJob(');
  });

  it('retries by the headers of a 429 and with backoff after a 5xx, and masks the key', async () => {
    const path = '/retrying/api/endpoint';
    const client = await serveExample('retrying', retrying);
    scripts[path] = [busy(), 503, ok];
    const run = await runOf(client);
    // The page does not await `io.backgroundFetch`. It returns the promise, so the run has the response all the same.
    expect(run).toMatchObject({
      state: 'completed',
      result: { answer: 42 },
      labels: ['background-fetch-job', 'example.event'],
    });
    expect(await attemptsOf(run)).toEqual([
      [429, '429'],
      [503, '5xx'],
      [200, 'accept'],
    ]);
    // The job's function was entered twice, and the request was made once for each attempt.
    expect(run.turns.length).toBe(2);
    expect(requestsOf(path).map(({ headers, body }) => [headers.authorization, String(body)])).toEqual(
      Array.from({ length: 3 }, () => [`Bearer ${secret}`, '{"foo":"bar"}']),
    );
    const shown = JSON.stringify([run, await ringback.get(run.steps[0]?.jobId ?? ''), server.logged()]);
    expect(shown).toContain('Bearer ********');
    expect(shown).not.toContain(secret);
  });

  it('ends with the job when a status has no rule', async () => {
    const path = '/unmatched/api/endpoint';
    const client = await serveExample('unmatched', retrying);
    scripts[path] = [400];
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await expect(runOf(client)).rejects.toMatchObject({ code: 'run_failed' });
    expect(requestsOf(path).length).toBe(1);
  });

  it('retries after a timeout of 10 seconds', async () => {
    const path = '/timeouts/api/endpoint';
    const client = await serveExample('timeouts', timeouts?.code ?? '');
    scripts[path] = ['hang', ok];
    const run = await runOf(client);
    expect(run.result).toEqual({ answer: 42 });
    expect(requestsOf(path).length).toBe(2);
    expect(run.turns.length).toBe(2);
  });

  it('takes the rules that the page shows by themselves', async () => {
    // A fragment of the page: the retry options, and nothing around them. The URL is that of the test.
    const job = `client.defineJob({
  id: 'background-fetch-job', name: 'Rules', version: '0.0.1', trigger: eventTrigger({ name: 'example.event' }),
  run: async (payload, io) => io.backgroundFetch('fetch-some-data', '${origin}/rules', { method: 'POST' }, ${fragment?.code}),
});`;
    const path = '/rules/rules';
    const client = await serveExample('rules', job);
    scripts[path] = [500, { status: 429 }, ok];
    const run = await runOf(client);
    expect(await attemptsOf(run)).toEqual([
      [500, '500-599'],
      [429, '429'],
      [200, 'accept'],
    ]);
  });
});
