import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { buildNextApp, type NextApp } from '#test/support/next-app.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

/** Time after which the platform ends a request, and time that each call takes: as ten seconds are to twenty. */
const limitMs = 2_000;
const callMs = 4_000;

const report = (fetch: string) => `
  const call = async (name) => {
    const init = { method: 'POST', headers: { 'idempotency-key': name }, body: name };
    const response = await ${fetch}(process.env.TARGET + '/' + name, init);
    return (await response.json()).name;
  };
  const [first, second] = await Promise.all([call('first'), call('second')]);
  return [topic, first, second, await call('third')];
`;
const files = {
  'app/api/ready/route.js':
    "export const dynamic = 'force-dynamic';\nexport const GET = () => new Response('ready');\n",
  'app/api/report/route.js': `import { serve } from '@ringback/client';
export const POST = serve(async ({ topic }, io) => {${report('io.fetch')}});
`,
  'app/api/without/route.js': `async function run({ topic }) {${report('fetch')}}
export const POST = async (request) => Response.json(await run(await request.json()));
`,
};

let app: NextApp;
let proxy: Server;
let proxyUrl: string;
let target: Receiver;
let server: TestRingback;
let ringback: Ringback;
let entries = 0;
let cut = 0;

/** Starts what stands before the app on a platform: it ends a request that takes longer than the limit. */
async function startProxy(port: number): Promise<Server> {
  const started = createServer((incoming, outgoing) => {
    entries++;
    const { method, headers, url } = incoming;
    const inner = forward({ port, host: '127.0.0.1', path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    const timer = setTimeout(() => {
      cut++;
      inner.destroy();
      incoming.socket.destroy();
    }, limitMs);
    outgoing.on('close', () => clearTimeout(timer));
    inner.on('error', () => incoming.socket.destroy());
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return started;
}

beforeAll(async () => {
  [app, target, server] = await Promise.all([buildNextApp(files), startReceiver(), startRingback()]);
  const failures = new Map([['second', 2]]);
  target.answer(({ body }) => {
    const name = body.toString();
    const left = failures.get(name) ?? 0;
    failures.set(name, left - 1);
    if (left > 0) return 503;
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: `{"name":"${name}"}`,
      afterMs: callMs,
    };
  });
  const port = await freePort();
  const env = { TARGET: target.url, RINGBACK_URL: server.url, RINGBACK_API_KEY: server.credentials.apiKey };
  await app.start(port, env);
  // The first request to the route loads it, which must not count towards the limit of the platform.
  expect((await fetch(`http://127.0.0.1:${port}/api/report`)).status).toBe(405);
  proxy = await startProxy(port);
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey, appUrl: proxyUrl });
}, 300_000);
afterAll(async () => {
  proxy?.closeAllConnections();
  proxy?.close();
  await app?.close();
  await target?.close();
  await server?.close();
});

it('a route of a Next app in production outlives its platform: three slow calls, one failing twice, each made once', async () => {
  const run = await ringback.start('/api/report', { topic: 'waiting' });
  const done = await ringback.runs.wait(run.id, { timeoutMs: 120_000 });
  expect(done.result).toEqual(['waiting', 'first', 'second', 'third']);
  const made = target.received.map(({ body }) => body.toString()).sort();
  expect(made).toEqual(['first', 'second', 'second', 'second', 'third']);
  expect(cut).toBe(0);
  expect(entries).toBeGreaterThan(1);
}, 180_000);

it('the same calls without Ringback are cut off', async () => {
  const body = JSON.stringify({ topic: 'waiting' });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  await expect(fetch(`${proxyUrl}/api/without`, init)).rejects.toThrow('fetch failed');
  expect(cut).toBe(1);
});
