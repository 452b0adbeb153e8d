import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRingback, type Ringback, serve } from '#src/client/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWebProcess, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startServeApp } from '#test/support/serve-app.ts';

let server: TestRingback;
let target: GatedTarget;
let client: Ringback;
const children = new Set<ChildProcess>();
const hit = '{"hit":1}';
const once1 = { '/one': 1, '/two': 1, '/three': 1, '/next': 1, '/last': 1 };
const expected = (topic: string) => [topic, hit, hit, hit, hit, { hit: 1 }];

beforeAll(async () => {
  server = await startRingback({ worker: false });
  client = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
}, 120_000);
beforeEach(async () => {
  target = await startGatedTarget();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await target.close();
  await server.stopWorker();
  await endWorkerProcesses();
});
afterAll(() => server.close());

/** Starts the app in a process of its own. Resolves when it listens. */
async function startApp(port: number, killAt?: string): Promise<{ ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['test/support/serve-script.ts'], {
    env: {
      ...process.env,
      TARGET: target.url,
      PORT: String(port),
      RINGBACK_URL: server.url,
      RINGBACK_API_KEY: server.credentials.apiKey,
      ...(killAt === undefined ? {} : { KILL_AT: killAt }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const ended = once(child, 'close');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('the app did not start'))),
  ]);
  return { ended };
}

it.each(['runs.enter', 'runs.keep'])(
  'an app killed after the answer to %s goes on where it was',
  async (killAt) => {
    await server.startWorker();
    target.open();
    const port = await freePort();
    const first = await startApp(port, killAt);
    const run = await client.start(`http://127.0.0.1:${port}/report`, killAt);
    await first.ended;
    await startApp(port);
    const done = await client.runs.wait(run.id, { timeoutMs: 60_000 });
    expect(done.result).toEqual(expected(killAt));
    expect(Object.fromEntries(target.hits)).toEqual(once1);
    expect(done.turns[0]?.attempts).toBeGreaterThan(1);
  },
  120_000,
);

it('a worker killed in a turn and during the requests loses nothing', async () => {
  const gate = Promise.withResolvers<void>();
  let entries = 0;
  const route = serve(
    async (_: null, io) => {
      entries++;
      // The first entry is under way until its worker is dead.
      if (entries === 1) await gate.promise;
      const both = await Promise.all([
        io.backgroundFetch('a', `${target.url}/a`),
        io.backgroundFetch('b', `${target.url}/b`),
      ]);
      return [...both, await io.backgroundFetch('c', `${target.url}/c`)];
    },
    { url: server.url, apiKey: server.credentials.apiKey },
  );
  const app = await startServeApp({ '/run': route });
  const first = await startWorkerProcess(server);
  const run = await client.start(`${app.url}/run`);
  await expect.poll(() => entries, { timeout: 20_000 }).toBe(1);
  first.signal('SIGKILL');
  await first.ended;
  const second = await startWorkerProcess(server);
  await expect.poll(() => target.total(), { timeout: 40_000 }).toBe(2);
  second.signal('SIGKILL');
  await second.ended;
  gate.resolve();
  target.open();
  await startWorkerProcess(server);
  const done = await client.runs.wait(run.id, { timeoutMs: 60_000 });
  expect(done.state).toBe('completed');
  // The two requests that were under way were interrupted, and made again. The third was made once.
  expect(Object.fromEntries(target.hits)).toEqual({ '/a': 2, '/b': 2, '/c': 1 });
  expect(done.steps.map(({ key, attempts }) => [key, attempts])).toEqual([
    ['a', 2],
    ['b', 2],
    ['c', 1],
  ]);
  await app.close();
}, 180_000);

it('a web process killed in the middle of an entry costs a repeated turn, and no request', async () => {
  await server.startWorker();
  target.open();
  const port = await freePort();
  let web = await startWebProcess(server, port);
  let entries = 0;
  const route = serve(
    async (_: null, io) => {
      const a = await io.backgroundFetch('a', `${target.url}/a`);
      if (++entries === 1) {
        web.signal('SIGKILL');
        await web.ended;
      }
      return [a, await io.backgroundFetch('b', `${target.url}/b`)];
    },
    { url: `http://127.0.0.1:${port}`, apiKey: server.credentials.apiKey },
  );
  const app = await startServeApp({ '/run': route });
  const run = await client.start(`${app.url}/run`);
  await expect.poll(() => entries, { timeout: 20_000 }).toBe(1);
  web = await startWebProcess(server, port);
  const done = await client.runs.wait(run.id, { timeoutMs: 60_000 });
  expect(done.result).toEqual([{ hit: 1 }, { hit: 1 }]);
  expect(Object.fromEntries(target.hits)).toEqual({ '/a': 1, '/b': 1 });
  await app.close();
}, 120_000);

it('a platform that cuts off every entry after a while still brings long calls to their end', async () => {
  await server.startWorker();
  let steps = 0;
  const route = serve(
    async (_: null, io) => {
      const names = ['a', 'b', 'c'];
      const all = await Promise.all(names.map((name) => io.backgroundFetch(name, `${target.url}/${name}`)));
      // The first time the work takes longer than an entry may.
      const work = await io.step('work', () => (++steps === 1 ? new Promise<number>(() => undefined) : steps));
      return [...all, work, await io.backgroundFetch('d', `${target.url}/d`)];
    },
    { url: server.url, apiKey: server.credentials.apiKey },
  );
  const app = await startServeApp({ '/run': route }, { limitMs: 1_000 });
  const run = await client.start(`${app.url}/run`);
  await expect.poll(() => target.total(), { timeout: 20_000 }).toBe(3);
  await expect.poll(async () => (await client.runs.get(run.id)).state, { timeout: 20_000 }).toBe('waiting');
  // The calls take longer than any entry.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  target.open();
  const done = await client.runs.wait(run.id, { timeoutMs: 60_000 });
  expect(done.result).toEqual([{ hit: 1 }, { hit: 1 }, { hit: 1 }, 2, { hit: 1 }]);
  expect(Object.fromEntries(target.hits)).toEqual({ '/a': 1, '/b': 1, '/c': 1, '/d': 1 });
  expect(done.turns.some(({ attempts }) => attempts > 1)).toBe(true);
  await app.close();
}, 120_000);
