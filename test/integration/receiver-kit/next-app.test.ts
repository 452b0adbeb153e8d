import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage } from '#src/contract/event/delivery.ts';
import { packedClient } from '#test/support/packed-client.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { listenOn } from './frameworks.ts';
import { readExample, readExamples, readmes } from './readme.ts';
import { eventText, otherSecret, post, type Signed, secret, sign } from './signed-callback.ts';

const execute = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../../..');
const next = path.join(checkout, 'node_modules/next/dist/bin/next');
const routeFile = 'app/api/ringback/route.ts';
let app: string;
let server: ChildProcess | undefined;
let ringback: TestRingback;
let origin: string;

/** What the app's own code does in these tests: it writes down what it was given, and fails once when told to. */
const reports = `
import { appendFileSync, existsSync, rmSync } from 'node:fs';

export async function saveReport(id: unknown, body: string | null | undefined): Promise<void> {
  if (existsSync('fail-once')) {
    rmSync('fail-once');
    throw new Error('as it was told to');
  }
  appendFileSync('handled', JSON.stringify(['saveReport', id, body]) + '\\n');
}

export async function noteFailure(id: string, error: { code: string } | null): Promise<void> {
  appendFileSync('handled', JSON.stringify(['noteFailure', id, error?.code]) + '\\n');
}
`;

const pagesRoute = `
import { expressHandler } from '@ringback/client';
import type { NextApiRequest } from 'next';
import { saveReport } from '@/app/reports';

export default expressHandler<NextApiRequest>({
  on: { 'job.completed': ({ data }, request) => saveReport(data.id, request.url) },
});
`;

/** Written where a production build of Next finds what it needs: inside the checkout, in a folder that git ignores. */
beforeAll(async () => {
  ringback = await startRingback();
  const tarball = await packedClient();
  await mkdir(path.join(checkout, 'dist'), { recursive: true });
  app = await mkdtemp(path.join(checkout, 'dist/next-app-'));
  const installed = path.join(app, 'node_modules/@ringback/client');
  await mkdir(installed, { recursive: true });
  await execute('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['dom', 'dom.iterable', 'es2022'], module: 'esnext', moduleResolution: 'bundler' },
    ...{ strict: true, skipLibCheck: true, noEmit: true, jsx: 'react-jsx', isolatedModules: true, allowJs: true },
    ...{ esModuleInterop: true, resolveJsonModule: true, incremental: true, plugins: [{ name: 'next' }] },
    paths: { '@/*': ['./*'] },
  };
  const files: Record<string, string> = {
    'package.json': JSON.stringify({ name: 'app', private: true, type: 'module' }),
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.tsx'], exclude: ['node_modules'] }),
    'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(checkout)} } };`,
    'app/layout.tsx': 'export default ({ children }: any) => <html lang="en"><body>{children}</body></html>;',
    'app/reports.ts': reports,
    'pages/api/raw.ts': `${pagesRoute}\nexport const config = { api: { bodyParser: false } };`,
    'pages/api/parsed.ts': pagesRoute,
    [routeFile]: readExample('ts', `// ${routeFile}`),
    'app/api/root/route.ts': readExample(
      'ts',
      "import { memoryStore, nextRoute } from '@ringback/client';",
      readmes.root,
    ),
  };
  // What is no part of the app is only type-checked, as the build does with all that it finds.
  for (const [n, code] of readExamples('ts').entries()) {
    if (!code.startsWith(`// ${routeFile}`)) files[`examples/example-${n}.ts`] = code;
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(app, name)), { recursive: true });
    await writeFile(path.join(app, name), text);
  }
  await execute(process.execPath, [next, 'build'], { cwd: app, env: environment() });
  origin = await start();
}, 300_000);

afterAll(async () => {
  if (server && server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await ringback.close();
  await rm(app, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, ...rest } = process.env;
  const secrets = `${otherSecret},${secret},${ringback.credentials.webhookSecret}`;
  return { ...rest, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', RINGBACK_WEBHOOK_SECRET: secrets };
}

/** Resolves with the app's URL once it says that it is ready. */
async function start(): Promise<string> {
  const child = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: app,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server = child;
  let output = '';
  return new Promise((resolve, reject) => {
    const hear = (text: string) => {
      output += text;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (url && /Ready/.test(output)) resolve(url);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('exit', () => reject(new Error(`Next ended:\n${output}`)));
  });
}

const handled = async () => (await readFile(path.join(app, 'handled'), 'utf8').catch(() => '')).trim().split('\n');

it('the client README’s route, and one in pages/api, type-check, build and receive callbacks in a real app of Next', async () => {
  const url = `${origin}/api/ringback`;

  const result = { status: 200, body: '{"total":7}' };
  const completed = eventText('job.completed', { data: { id: 'job_1', state: 'completed', result } });
  expect(await post(url, sign(completed))).toEqual({ status: 204 });
  expect(await post(url, sign(completed))).toEqual({ status: 204 });
  const failed = eventText('job.failed', { data: { id: 'job_2', state: 'failed', error: { code: 'timeout' } } });
  expect(await post(url, sign(failed, { id: 'evt_2', by: otherSecret }))).toEqual({ status: 204 });
  expect(await post(url, sign(eventText('job.cancelled'), { id: 'evt_3' }))).toEqual({ status: 204 });
  const lines = ['["saveReport","job_1","{\\"total\\":7}"]', '["noteFailure","job_2","timeout"]'];
  expect(await handled()).toEqual(lines);

  const stranger = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const refused = { status: 401, code: 'no_matching_signature' };
  expect(await post(url, sign(completed, { id: 'evt_4', by: stranger }))).toEqual(refused);
  expect(await post(url, { ...sign(completed, { id: 'evt_4' }), body: `${completed} ` })).toEqual(refused);
  expect(await post(url, sign(completed, { id: 'evt_4', ageSeconds: 400 }))).toMatchObject({ code: 'too_old' });

  await writeFile(path.join(app, 'fail-once'), '');
  expect(await post(url, sign(completed, { id: 'evt_5' }))).toEqual({ status: 500, code: 'handler_failed' });
  const tries = await Promise.all([1, 2, 3, 4].map(() => post(url, sign(completed, { id: 'evt_5' }))));
  expect(tries).toContainEqual({ status: 204 });
  expect(tries.filter(({ status }) => status !== 204 && status !== 409)).toEqual([]);
  expect(await handled()).toEqual([...lines, lines[0]]);
  expect((await fetch(url)).status).toBe(405);

  expect(await post(`${origin}/api/raw`, sign(completed))).toEqual({ status: 204 });
  expect((await handled()).at(-1)).toBe('["saveReport","job_1","/api/raw"]');
  expect(await post(`${origin}/api/parsed`, sign(completed))).toEqual({ status: 500, code: 'body_not_raw' });
}, 180_000);

/** Lets a callback through to the app, and keeps what it was. */
async function relayTo(url: string) {
  const passed: Signed[] = [];
  const relay = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const one = { headers, body: Buffer.concat(chunks).toString() };
    passed.push(one);
    const answer = await post(url, one);
    response.writeHead(answer.status).end();
  });
  return { passed, ...(await listenOn(relay.listen(0, '127.0.0.1'))) };
}

it('the root README’s route takes the callback of a real Ringback, once, and refuses what was tampered with', async () => {
  const url = `${origin}/api/root`;
  const relay = await relayTo(url);
  const metadata = { userId: 7 };
  const input = { url: `${ringback.url}/playground/target`, metadata, callback: relay.url };
  const jobId = (await ringback.call<{ id: string }>('jobs.submit', input)).body.result.data.id;
  const states = async () => {
    const page = await ringback.call<DeliveryPage>('deliveries.list', { jobId }, { query: true });
    return page.body.result.data.deliveries.map(({ state, status }) => [state, status]);
  };
  await expect.poll(states, { timeout: 20_000 }).toEqual([['delivered', 204]]);
  await relay.close();
  const [genuine] = relay.passed;
  if (!genuine) throw new Error('nothing came');
  const { data } = JSON.parse(genuine.body) as { data: { id: string; result: { body: string } } };
  expect(data.id).toBe(jobId);
  const before = await handled();
  expect(before.at(-1)).toBe(JSON.stringify(['saveReport', metadata, data.result.body]));

  // The very same once more is no news.
  expect(await post(url, genuine)).toEqual({ status: 204 });
  const { webhookSecret: by } = ringback.credentials;
  const id = genuine.headers['webhook-id'] ?? '';
  const resigned = (options: object) => sign(genuine.body, { id, by, ...options });
  const without = (name: string) => {
    const { [name]: _, ...headers } = genuine.headers;
    return { ...genuine, headers };
  };
  const changed = genuine.body.replace('"completed"', '"completex"');
  expect(changed).not.toBe(genuine.body);
  const stranger = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const now = String(Math.floor(Date.now() / 1_000) + 1);
  const forged = { status: 401, code: 'no_matching_signature' };
  expect(await post(url, resigned({ ageSeconds: 301 }))).toMatchObject({ code: 'too_old' });
  expect(await post(url, resigned({ ageSeconds: -330 }))).toMatchObject({ code: 'too_new' });
  expect(await post(url, { ...genuine, headers: { ...genuine.headers, 'webhook-timestamp': now } })).toEqual(forged);
  expect(await post(url, { ...genuine, body: changed })).toEqual(forged);
  expect(await post(url, resigned({ by: stranger }))).toEqual(forged);
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(await post(url, without(name)), name).toEqual({ status: 400, code: 'missing_header' });
  expect(await handled()).toEqual(before);
});
