import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  createRingback,
  JobFailedError,
  type Ringback,
  type ServeHandler,
  type ServeOptions,
  serve,
} from '#src/client/index.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let server: TestRingback;
let target: Target;
let app: ServeApp;
let client: Ringback;
const routes: AppRoutes = {};
const retry = { '5xx': { strategy: 'backoff', limit: 5, minTimeoutInMs: 10, maxTimeoutInMs: 50 } } as const;

beforeAll(async () => {
  [server, target] = await Promise.all([startRingback(), startTarget()]);
  app = await startServeApp(routes);
  client = createRingback({ url: server.url, apiKey: server.credentials.apiKey, appUrl: app.url });
});
afterAll(async () => {
  await app.close();
  await server.close();
  await target.close();
});
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

/** Runs a handler to its end, and returns the run. */
async function outcome<Result>(name: string, handler: ServeHandler<null, Result>, options: ServeOptions = {}) {
  routes[`/${name}`] = serve(handler, { url: server.url, apiKey: server.credentials.apiKey, ...options });
  const { id } = await client.start(`/${name}`);
  await client.runs.wait(id, { timeoutMs: 30_000 }).catch(() => undefined);
  return client.runs.get(id);
}

it('a request that fails twice is repeated by its rules, while no entry waits for it', async () => {
  const url = `${target.url}/plan?key=twice&statuses=500,503,200`;
  const run = await outcome('twice', async (_, io) => (await io.backgroundFetchResponse('flaky', url, {}, retry)).data);
  expect(run).toMatchObject({ state: 'completed', result: 'step 3\n' });
  expect(target.hits('/plan')).toBe(3);
  expect(run.turns.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

it('a failed request throws in the handler, which may catch it', async () => {
  const run = await outcome('caught', async (_, io) => {
    const error = await io.backgroundFetch('gone', `${target.url}/status/404`).catch((one: unknown) => one);
    return error instanceof JobFailedError ? { status: error.status, body: error.body } : 'no';
  });
  expect(run).toMatchObject({ state: 'completed', result: { status: 404, body: 'status 404\n' } });
});

it('a failed request that nobody catches fails the run at once', async () => {
  const run = await outcome('uncaught', (_, io) => io.backgroundFetch('gone', `${target.url}/status/403`));
  expect(run).toMatchObject({ state: 'failed', result: null, error: { message: expect.stringContaining('403') } });
  expect(run.turns.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

it('a handler that throws is entered again, as often as the options say', async () => {
  let entries = 0;
  const once = await outcome('throws-once', async () => {
    if (++entries === 1) throw new Error('at first');
    return entries;
  });
  expect(once).toMatchObject({ state: 'completed', result: 2 });
  const always = await outcome('throws', () => Promise.reject(new Error('each time')), { retries: 1 });
  expect(always).toMatchObject({ state: 'failed', error: { code: 'handler_threw', message: 'each time' } });
  expect(app.entries.get('/throws')).toBe(2);
});

it.each<[code: string, handler: ServeHandler<null, unknown>]>([
  ['duplicate_key', async (_, io) => Promise.all([io.sleep('a', '1h'), io.step('a', () => 1)])],
  ['invalid_input', async () => 1n],
  ['result_too_large', async () => 'x'.repeat(262_145)],
  ['invalid_input', async (_, io) => io.sleep('for ever')],
  ['invalid_input', async (_, io) => io.step('big', () => 'x'.repeat(262_145))],
  ['invalid_url', async (_, io) => io.fetch('http://user@[::1')],
])('a mistake in the handler fails the run at once: %s', async (code, handler) => {
  const run = await outcome(`mistake-${code}-${app.entries.size}`, handler, { retries: 0 });
  expect(run.state).toBe('failed');
  if (code !== 'invalid_url') expect(run.error?.code).toBe(code);
  expect(run.turns).toHaveLength(1);
});

it('a handler that makes another call under a key is told so', async () => {
  let entries = 0;
  const run = await outcome('other', (_, io) => io.backgroundFetch('a', `${target.url}/json${++entries}`, {}, {}));
  expect(run.error?.code).toBe('not_deterministic');
});

it('a result that is too large to be handed out at the entry is read when it is asked for', async () => {
  const run = await outcome('large', async (_, io) => {
    const response = await io.fetch(`${target.url}/bytes/3000000`);
    return (await response.arrayBuffer()).byteLength;
  });
  expect(run).toMatchObject({ state: 'completed', result: 3_000_000 });
});

it('a race has the same winner in each entry, and the loser goes on', async () => {
  const run = await outcome('race', async (_, io) => {
    const slow = io.fetch(`${target.url}/slow/1500`).then(() => 'slow');
    const winner = await Promise.race([slow, io.fetch(`${target.url}/slow/50`).then(() => 'quick')]);
    await io.sleep('2500ms');
    return [winner, await slow];
  });
  expect(run).toMatchObject({ state: 'completed', result: ['quick', 'slow'] });
});

it('a signal that is aborted after the end of an entry means nothing', async () => {
  const aborts: string[] = [];
  const run = await outcome('signal', async (_, io) => {
    const timeout = AbortSignal.timeout(30);
    const response = await io.fetch(`${target.url}/slow/300`, { signal: timeout }).catch((error: unknown) => {
      aborts.push(String(error));
      return io.fetch(`${target.url}/status/204`);
    });
    return response.status;
  });
  expect(run).toMatchObject({ state: 'completed', result: 200 });
  expect(aborts).toEqual([]);
  expect(target.hits('/status/204')).toBe(0);
});

it('a route that answers otherwise, or is not there, fails the run with a clear error', async () => {
  routes['/other'] = async () => Response.json({ hello: 'world' });
  const other = await client.start('/other');
  await expect(client.runs.wait(other.id)).rejects.toThrow('not as `serve` does');
  const missing = await client.start('/missing');
  await expect(client.runs.wait(missing.id)).rejects.toThrow('404');
  await expect(client.start('http://10.0.0.1/x')).rejects.toMatchObject({ code: 'blocked_target' });
  await expect(client.start('/large', 'x'.repeat(262_145))).rejects.toMatchObject({ field: 'payload' });
});
