import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback, type ServeHandler, serve } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';

let server: TestRingback;
let target: GatedTarget;
let app: ServeApp;
let client: Ringback;
const routes: AppRoutes = {};

beforeAll(async () => {
  [server, target] = await Promise.all([startRingback(), startGatedTarget()]);
  app = await startServeApp(routes);
  client = createRingback({ url: server.url, apiKey: server.credentials.apiKey, appUrl: app.url });
  target.open();
});
afterAll(async () => {
  await app.close();
  await server.close();
  await target.close();
});

/** Adds a route, and returns its path. */
function addRoute<Payload, Result>(name: string, handler: ServeHandler<Payload, Result>): string {
  routes[`/${name}`] = serve(handler, { url: server.url, apiKey: server.credentials.apiKey });
  return `/${name}`;
}

it('calls in sequence and at once are made once each, and the result is that of the handler', async () => {
  const route = addRoute('report', async ({ topic }: { topic: string }, io) => {
    const [a, b] = await Promise.all([
      io.backgroundFetch<{ hit: number }>('a', `${target.url}/report/a`),
      io.fetch(`${target.url}/report/b`, { method: 'POST', body: topic }).then((response) => response.json()),
    ]);
    const id = await io.step('id', () => crypto.randomUUID());
    const last = await io.fetch(`${target.url}/report/last`, { method: 'POST', body: id });
    return { topic, a, b, id, status: last.status };
  });
  const run = await client.start(route, { topic: 'cats' });
  expect(run).toMatchObject({ state: 'running', name: '/report', payload: { topic: 'cats' }, replayed: false });
  const done = await client.runs.wait(run.id, { timeoutMs: 20_000 });
  expect(done.result).toEqual({ topic: 'cats', a: { hit: 1 }, b: { hit: 1 }, id: expect.any(String), status: 200 });
  expect(['a', 'b', 'last'].map((name) => target.hits.get(`/report/${name}`))).toEqual([1, 1, 1]);
  expect(done.steps.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'request done',
    'request done',
    'step done',
    'request done',
  ]);
  expect(done.turns.every(({ state }) => state === 'completed')).toBe(true);
});
