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

it('a sleep and a callback end the entry, and the callback may come before anybody waits', async () => {
  const urls: string[] = [];
  const route = addRoute('waits', async (_: null, io) => {
    const early = await io.callbackUrl('early');
    if (!urls.includes(early)) urls.push(early);
    await io.sleep('300ms');
    const late = await io.callbackUrl('late');
    if (!urls.includes(late)) urls.push(late);
    await io.sleep('second', 0.2);
    return [await io.waitForCallback('early'), await io.waitForCallback<{ ok: boolean }>('late')];
  });
  const run = await client.start(route);
  await expect.poll(() => urls.length).toBe(1);
  const early = await fetch(urls[0] ?? '', { method: 'POST', body: 'just text' });
  expect([early.status, await early.json()]).toEqual([200, { received: true, repeated: false }]);
  const steps = async () => {
    const { state, steps } = await client.runs.get(run.id);
    return [state, ...steps.map(({ key }) => key)];
  };
  await expect.poll(steps).toEqual(expect.arrayContaining(['waiting', 'late']));
  const send = () => fetch(urls[1] ?? '', { method: 'POST', body: '{"ok":true}' });
  expect(await (await send()).json()).toEqual({ received: true, repeated: false });
  expect(await (await send()).json()).toEqual({ received: true, repeated: true });
  const done = await client.runs.wait(run.id, { timeoutMs: 20_000 });
  expect(done.result).toEqual(['just text', { ok: true }]);
  expect(urls).toHaveLength(2);
});

it('a callback that is sent again is a repetition, also when its run has ended; one that never came is too late', async () => {
  const urls: string[] = [];
  const route = addRoute('again', async (_: null, io) => {
    urls[0] = await io.callbackUrl('one');
    urls[1] = await io.callbackUrl('two');
    return [await io.waitForCallback('one'), await io.waitForCallback('two', { timeout: '1s' }).catch(() => 'none')];
  });
  const send = async (url = '') => {
    const response = await fetch(url, { method: 'POST', body: '1' });
    const { repeated, code } = (await response.json()) as { repeated?: boolean; code?: string };
    return [response.status, repeated ?? code];
  };
  const run = await client.start(route);
  await expect.poll(() => urls.length).toBe(2);
  expect(await send(urls[0])).toEqual([200, false]);
  const done = await client.runs.wait(run.id, { timeoutMs: 20_000 });
  expect(done.result).toEqual([1, 'none']);
  expect(await send(urls[0])).toEqual([200, true]);
  expect(await send(urls[1])).toEqual([410, 'run_over']);
  await server.db.pool.query('update run_part set result = null');
  expect(await send(urls[0])).toEqual([200, true]);
  expect(await send(urls[1])).toEqual([410, 'run_over']);
});

it('a callback that does not come in time is an error that the handler may catch', async () => {
  const route = addRoute('in-time', async (_: null, io) => {
    try {
      return await io.waitForCallback('approval', { timeout: '300ms' });
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
  const done = await client.runs.wait((await client.start(route)).id, { timeoutMs: 20_000 });
  expect(done.result).toBe('callback_timeout');
  expect(done.steps).toMatchObject([{ key: 'approval', kind: 'callback', state: 'timed_out' }]);
});

it('forged callback URLs are refused', async () => {
  let url = '';
  const route = addRoute('forged', async (_: null, io) => {
    url = await io.callbackUrl('one');
    return io.waitForCallback('one');
  });
  const run = await client.start(route);
  await expect.poll(async () => (await client.runs.get(run.id)).state).toBe('waiting');
  const [, start = '', key = '', mac = ''] = /^(.*)\.([^.]+)\.([^.]+)$/.exec(url) ?? [];
  const other = Buffer.from('two').toString('base64url');
  const wrong = `${mac.slice(0, -2)}${mac.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const forged of [
    `${start}.${other}.${mac}`,
    `${start}.${key}.${wrong}`,
    `${start}.${key}`,
    `${server.url}/v1/callbacks/x`,
  ]) {
    expect((await fetch(forged, { method: 'POST', body: '1' })).status).toBe(404);
  }
  expect((await fetch(url)).status).toBe(405);
  const long = await fetch(url, { method: 'POST', body: 'x'.repeat(262_145) });
  expect(long.status).toBe(413);
  expect((await client.runs.get(run.id)).state).toBe('waiting');
  await client.runs.cancel(run.id);
  expect((await fetch(url, { method: 'POST', body: '1' })).status).toBe(410);
});

it('only the worker enters: a request without the token, or with another, does nothing', async () => {
  let entered = 0;
  const route = addRoute('closed', async (_: null, io) => {
    entered++;
    await io.waitForCallback('never');
  });
  const run = await client.start(route);
  await expect.poll(async () => (await client.runs.get(run.id)).state).toBe('waiting');
  const post = (headers: Record<string, string>, body: unknown) =>
    fetch(app.url + route, { method: 'POST', headers, body: JSON.stringify(body) });
  const turn = { type: 'run.turn', run: run.id, turn: 1 };
  expect((await post({}, turn)).status).toBe(400);
  expect((await post({ 'ringback-run-token': 'x' }, { hello: 1 })).status).toBe(400);
  for (const number of [1, 2]) {
    const answer = await post({ 'ringback-run-token': 'x'.repeat(43) }, { ...turn, turn: number });
    expect(await answer.json()).toEqual({ state: 'stale' });
  }
  expect(entered).toBe(1);
  const { turns } = await client.runs.get(run.id);
  const job = await client.get(turns[0]?.jobId ?? '');
  expect(job.headers['ringback-run-token']).toBe('********');
});

it('cancelling a run cancels its open jobs, and ends it for good', async () => {
  target.shut();
  const route = addRoute('cancelled', (_: null, io) => io.backgroundFetch('slow', `${target.url}/cancelled`));
  const run = await client.start(route);
  await expect.poll(() => target.hits.get('/cancelled')).toBe(1);
  await expect.poll(async () => (await client.runs.get(run.id)).state).toBe('waiting');
  expect(await client.runs.cancel(run.id)).toMatchObject({ state: 'cancelled' });
  target.open();
  const ended = await client.runs.get(run.id);
  expect(ended.steps).toMatchObject([{ key: 'slow', state: 'failed', jobState: 'cancelled' }]);
  expect(ended.turns).toHaveLength(1);
  await expect(client.runs.wait(run.id)).rejects.toMatchObject({ code: 'run_failed' });
  expect(await client.runs.cancel(run.id)).toMatchObject({ state: 'cancelled', endedAt: ended.endedAt });
});

it('the same idempotency key leads to the same run, and to no other', async () => {
  const route = addRoute('keyed', async (payload: number) => payload);
  const options = { idempotencyKey: 'order-1', labels: ['orders'] };
  const run = await client.start(route, 1, options);
  expect(await client.start(route, 1, options)).toMatchObject({ id: run.id, replayed: true });
  await expect(client.start(route, 2, options)).rejects.toMatchObject({ code: 'idempotency_conflict' });
  expect((await client.runs.wait(run.id)).result).toBe(1);
  expect(app.entries.get(route)).toBe(1);
  expect((await client.runs.list({ label: 'orders', state: 'completed' })).runs.map(({ id }) => id)).toEqual([run.id]);
  expect((await client.runs.list({ name: route, limit: 1 })).runs).toHaveLength(1);
});
