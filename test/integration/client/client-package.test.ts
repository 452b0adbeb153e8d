import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docExamples } from './doc-examples.ts';
import { installClient } from './installed-program.ts';
import { pageExamples } from './move/page-examples.ts';

const execute = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../../..');
const modules = path.join(checkout, 'node_modules');
let project: string;
let installed: string;

/** A project that has nothing but the package as npm installs it. The compiler is the checkout's. */
beforeAll(async () => {
  project = await installClient('ringback-client-', { type: 'module' });
  installed = path.join(project, 'node_modules/@ringback/client');
}, 180_000);

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

/** What the compiler has to say, in the strictest of settings; libraries are checked too. */
async function typeErrors(code: string | Record<string, string>, options: object = {}): Promise<string> {
  const files = typeof code === 'string' ? { 'app.ts': code } : code;
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(project, name), text);
  const compilerOptions = {
    ...{ target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom', 'dom.iterable'], types: [], noEmit: true },
    ...{ strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...options,
  };
  await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = path.join(modules, 'typescript/bin/tsc');
  return execute(process.execPath, [tsc, '-p', project]).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

const everything = `
import {
  type AppRouter, CallbackVerificationError, createFetch, createRingback, fetch as ready, expressHandler, handleCallback, type Job, JobFailedError,
  type JobPage, memoryStore, nextRoute, redactString, RingbackError, type RingbackEvent,
  type SubmitEdits, type SubmitRequest, verifyCallback,
} from '@ringback/client';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._: Same<A, B> extends true ? [] : [never]) => undefined;

export async function all(request: Request): Promise<void> {
  const ringback = createRingback({ url: 'https://r.test', apiKey: 'rbk_x', fetch });
  const job = await ringback.submit({ url: 'https://a.test', json: { a: 1 }, callback: 'https://b.test', timeout: { durationInMs: '30s' } });
  same<typeof job.replayed, boolean>();
  same<typeof job.state, 'scheduled' | 'queued' | 'in_progress' | 'retrying' | 'completed' | 'failed' | 'cancelled'>();
  await ringback.submit({ url: new URL('https://a.test'), body: new Uint8Array(1), headers: new Headers(), retry: 'openai' });
  await ringback.submit({ url: 'https://a.test', body: new ArrayBuffer(1), headers: { authorization: redactString\`Bearer \${1}\` } });
  await ringback.submit({ url: 'https://a.test', body: { base64: '' }, headers: [['a', 'b'], ['c', redactString\`d\`]], runAt: new Date() });
  // @ts-expect-error: there is no such field
  await ringback.submit({ url: 'https://a.test', retries: 5 });
  await ringback.submit({ upstream: 'openai', path: '/responses', json: 1 });
  // @ts-expect-error: it goes nowhere
  await ringback.submit({ json: 1 });
  // @ts-expect-error: a URL and an upstream exclude each other
  await ringback.submit({ url: 'https://a.test', upstream: 'openai', path: '/responses' });
  await ringback.rerun(job.id, { json: 2 } satisfies SubmitEdits);
  // @ts-expect-error: no such preset
  await ringback.submit({ url: 'https://a.test', retry: 'opanai' });
  // @ts-expect-error: a headers rule needs the header
  await ringback.submit({ url: 'https://a.test', retry: { 429: { strategy: 'headers' } } });
  // @ts-expect-error: no such event
  await ringback.submit({ url: 'https://a.test', callback: { url: 'https://b.test', events: ['job.done'] } });
  const [first] = await ringback.submitMany([{ url: 'https://a.test' } satisfies SubmitRequest], { signal: request.signal });
  if (first?.ok) same<typeof first.job, typeof job>();
  else same<'idempotency_conflict' extends NonNullable<typeof first>['error']['code'] ? true : false, true>();
  const got = await ringback.get(job.id);
  same<typeof got, Job>();
  same<Awaited<ReturnType<typeof ringback.getMany>>, Job[]>();
  same<Awaited<ReturnType<typeof ringback.wait>>, Job>();
  same<Awaited<ReturnType<typeof ringback.list>>, JobPage>();
  await ringback.wait(job.id, { signal: request.signal, timeoutMs: 5 });
  await ringback.list({ state: ['failed'], label: 'x', limit: 5 });
  // @ts-expect-error: no such state
  await ringback.list({ state: 'done' });
  const { attempts: [attempt] } = await ringback.attempts(job.id);
  same<NonNullable<typeof attempt>['status'], number | null>();
  same<Awaited<ReturnType<typeof ringback.cancel>>, Job>();
  await ringback.rerun(job.id, { headers: { a: 'b' } });
  // @ts-expect-error: there is no such field
  await ringback.rerun(job.id, { retries: 5 });

  const io = ringback.run('run');
  const value = await io.backgroundFetch<{ id: number }>('key', 'https://a.test', { method: 'POST', body: 'x' }, { '5xx': { strategy: 'backoff', limit: 2 } }, { durationInMs: 1000, retry: { limit: 1 } });
  same<typeof value, { id: number }>();
  const response = await io.backgroundFetchResponse<string>('key', 'https://a.test', {}, { retry: {}, timeout: { durationInMs: '1m' } });
  same<typeof response, { status: number; data: string; headers: Record<string, string> }>();
  // @ts-expect-error: the timeout's duration is needed
  await io.backgroundFetch('key', 'https://a.test', {}, {}, {});

  const fetched: typeof globalThis.fetch = createFetch({ url: 'https://r.test', apiKey: 'rbk_x', labels: ['a'], onAbort: 'cancel' });
  const also: typeof globalThis.fetch[] = [fetched, ready, ringback.fetch, io.fetch];
  same<Awaited<ReturnType<(typeof also)[number]>>, Response>();
  const { status: answered } = await ready(new Request('https://a.test'), { headers: { a: redactString\`b\` }, ringback: { idempotencyKey: 'k' } });
  same<typeof answered, number>();
  same<typeof ready, ReturnType<typeof ready.config>>();
  ready.config({ fallback: fetch });
  const captured = await ringback.capture((f) => f('https://a.test'), { callback: 'https://b.test', flow: { key: 'f' }, idempotencyKey: 'k' });
  same<typeof captured, typeof job>();
  // @ts-expect-error: a captured call cannot be aborted
  await ringback.capture((f) => f('https://a.test'), { onAbort: 'cancel' });
  same<Awaited<ReturnType<typeof ringback.resume<number>>>, number>();
  const resumed = await ringback.resume(await ringback.get('x'), async (f: typeof globalThis.fetch) => (await f('https://a.test')).status);
  same<typeof resumed, number>();
  // @ts-expect-error: a fetch waits for no date
  createFetch({ runAt: new Date() });

  const event = await verifyCallback(request, ['whsec_x'], { toleranceSeconds: 5 });
  same<Awaited<ReturnType<typeof ringback.resume<Response>>>, Response>();
  await ringback.resume(event, (f) => f('https://a.test'));
  if (event.type === 'job.failed') same<typeof event.data.state, 'failed'>();
  else same<typeof event.type, 'job.completed' | 'job.cancelled'>();
  await verifyCallback({ headers: { a: ['b'], c: undefined }, body: new Uint8Array() }, 'whsec_x');
  // @ts-expect-error: a parsed body cannot be verified
  await verifyCallback({ headers: {}, body: {} }, 'whsec_x');

  const any = await verifyCallback<RingbackEvent>(request);
  if (any.type === 'delivery.failed') same<typeof any.data.delivery.attempts, number>();
  await verifyCallback(request, async (headers) => (headers.get('x-tenant') === 'a' ? ['whsec_x'] : undefined));

  const route = nextRoute({
    on: {
      'job.completed': (event, given) => same<[typeof event.data.state, typeof given], ['completed', Request]>(),
      'job.failed': async ({ data }) => same<typeof data.state, 'failed'>(),
      'endpoint.disabled': ({ data }) => same<typeof data.reason, 'gone' | 'failing' | 'manual'>(),
    },
    seen: memoryStore({ maxIds: 5 }),
    onError: (error, event) => same<typeof event, null | RingbackEvent>(),
  });
  same<typeof route, (request: Request) => Promise<Response>>();
  // @ts-expect-error: no such event
  nextRoute({ on: { 'job.done': () => {} } });
  // @ts-expect-error: there is nothing to do
  expressHandler({ secrets: 'whsec_x' });
  const { status, body } = await handleCallback({ headers: {}, body: '' }, { on: { 'job.cancelled': (_, n) => same<typeof n, number>() } }, 1);
  same<[typeof status, typeof body], [number, string | null]>();

  const { trpc } = ringback;
  same<Awaited<ReturnType<typeof trpc.jobs.get.query>>, Job>();
  const { secret } = await trpc.apiKeys.create.mutate({ name: 'x', scopes: ['jobs:read'] });
  same<typeof secret, string>();
  const created = await trpc.endpoints.create.mutate({ name: 'x', url: 'https://a.test' });
  if (created.signing === 'v1') same<typeof created.secret, string>();
  else same<typeof created.publicKey, string>();
  const { id, secret: made } = created;
  same<[typeof id, typeof made], [string, string | undefined]>();
  const rotated = await trpc.project.rotateWebhookSecret.mutate({});
  same<[typeof rotated.signing, typeof rotated.secret], ['v1', string]>();
  // @ts-expect-error: the mask would hide that it is missing
  redactString\`Bearer \${undefined as string | undefined}\`;
  const me = await trpc.session.me.query();
  same<typeof me.role, 'owner' | 'member' | 'viewer' | null>();
  trpc.jobs.wait.subscribe({ id: job.id }, { onData: (now) => same<typeof now, Job>() });
  // @ts-expect-error: no such scope
  await trpc.apiKeys.create.mutate({ name: 'x', scopes: ['everything'] });
  // @ts-expect-error: no such procedure
  await trpc.jobs.remove.mutate({ id: job.id });
  same<AppRouter['_def']['_config']['transformer'], false>;
}

export function failures(error: unknown): string | number | null | undefined {
  if (error instanceof RingbackError) return error.code satisfies string;
  if (error instanceof JobFailedError) return error.status ?? error.job.id;
  if (error instanceof CallbackVerificationError) same<typeof error.code, 'missing_header' | 'bad_timestamp' | 'too_old' | 'too_new' | 'no_matching_signature' | 'bad_secret' | 'keys_unavailable' | 'body_too_large' | 'body_incomplete' | 'body_not_json'>();
  return null;
}
`;

const everythingInCommonJs = everything
  .replace(
    /^import (\{[\s\S]*?\}) from '@ringback\/client';/m,
    "import type { Ringback } from '@ringback/client';\nimport $1 from '@ringback/client';",
  )
  .concat("\nimport client = require('@ringback/client');\nexport const made: Ringback = client.createRingback();\n");

/** What both forms of the package must do; it is put into a module of each kind. */
const use = `
  const body = JSON.stringify({ type: 'job.completed', timestamp: 't', data: { id: 'job_1' } });
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', Buffer.alloc(24, 1)).update('evt_1.' + at + '.' + body).digest('base64');
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(at), 'webhook-signature': 'v1,' + signature };
  const verified = verifyCallback({ headers, body }, 'whsec_' + Buffer.alloc(24, 1).toString('base64'));
  const { trpc } = createRingback({ url: 'http://127.0.0.1:1', apiKey: 'rbk_x' });
  const refused = trpc.jobs.get.query({ id: 'x' }).catch((error) => [error instanceof RingbackError, error.code]);
  Promise.all([verified, refused]).then(([event, error]) => {
    console.log(JSON.stringify([event.id, event.data.id, redactString\`a \${1}\`, error]));
  });
`;
const names = '{ createRingback, redactString, RingbackError, verifyCallback }';
const secret = { $redacted: { strings: ['a ', ''], values: ['1'] } };

describe('the package @ringback/client', () => {
  it('brings nothing else into a project: no compiler, no tRPC', async () => {
    expect(await readdir(path.join(project, 'node_modules/.bin'))).toEqual(['ringback']);
    expect((await readdir(path.join(project, 'node_modules'))).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      '@ringback',
    ]);
    expect(await readdir(path.join(project, 'node_modules/@ringback'))).toEqual(['client']);
    const own = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
    const root = JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8'));
    expect(own).toMatchObject({ name: '@ringback/client', version: root.version, type: 'module', license: 'MIT' });
    for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts']) {
      expect(own[field], field).toBeUndefined();
    }
  });

  it('type-checks in an empty project, its declarations too, with every method and every mistake', async () => {
    expect(await typeErrors(everything)).toBe('');
    expect(await typeErrors(`${everything}\nconst wrong: string = 5;`)).toContain('app.ts');
  });

  it('type-checks there as CommonJS, its declarations too', async () => {
    expect(await typeErrors({ 'app.cts': everythingInCommonJs })).toBe('');
    expect(await typeErrors({ 'app.cts': `${everythingInCommonJs}\nconst wrong: string = 5;` })).toContain('app.cts');
  });

  it('type-checks under a bundler’s resolution too', async () => {
    expect(await typeErrors(everything, { module: 'esnext', moduleResolution: 'bundler' })).toBe('');
  });

  it('type-checks where the types of Node take the place of a browser’s', async () => {
    const options = { lib: ['es2022'], types: ['node'], typeRoots: [path.join(modules, '@types')] };
    expect(await typeErrors(everything, options)).toBe('');
  });

  it('is used in READMEs and guides as it is', async () => {
    expect(await typeErrors(docExamples(), { skipLibCheck: true, module: 'esnext', moduleResolution: 'bundler' })).toBe(
      '',
    );
  });

  it('takes the examples of the pages of Trigger.dev and Inngest as they are, but for the slips of the pages', async () => {
    const elsewhere = `declare module 'ai' { export const generateText: any; }
      declare module '@ai-sdk/anthropic' { export const createAnthropic: (options: { fetch: typeof globalThis.fetch }) => any; }`;
    const said = await typeErrors({ ...pageExamples(), 'elsewhere.d.ts': elsewhere });
    const errors = said.split('\n').filter((line) => line.includes('error TS'));
    // Three slips, all in one example of Inngest's page: a parameter of data that nobody has described, a step whose work
    // wants an input and gets none, and `response` instead of `responses`.
    expect(errors.map((line) => line.replace(/^.*\/(.*)\(.*?\): error (TS\d+): .*$/, '$1 $2'))).toEqual([
      'inngest-parallel.ts TS7006',
      'inngest-parallel.ts TS2554',
      'inngest-parallel.ts TS2552',
    ]);
  });

  it('has a router type that tRPC’s own client takes', async () => {
    const code = `
      import type { AppRouter, Job } from '@ringback/client';
      import { createTRPCClient, httpBatchLink } from '${path.join(modules, '@trpc/client/dist/index.mjs')}';
      const trpc = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: '', maxItems: 20 })] });
      export const job: Promise<Job> = trpc.jobs.get.query({ id: 'x' });
      // @ts-expect-error: no such procedure
      trpc.jobs.remove.mutate({ id: 'x' });
    `;
    expect(await typeErrors(code, { skipLibCheck: true })).toBe('');
  });

  it('runs there as a module, and as CommonJS', async () => {
    const module = `import { createHmac } from 'node:crypto';\nimport ${names} from '@ringback/client';\n${use}`;
    const common = `const { createHmac } = require('node:crypto');\nconst ${names} = require('@ringback/client');\n${use}`;
    for (const [name, code] of Object.entries({ 'run.mjs': module, 'run.cjs': common })) {
      await writeFile(path.join(project, name), code);
      // A Node without require() of modules, as Node 20 is, must get along with it too.
      const flags = name === 'run.cjs' ? ['--no-experimental-require-module'] : [];
      const { stdout, stderr } = await execute(process.execPath, [...flags, path.join(project, name)]);
      expect([name, stderr]).toEqual([name, '']);
      expect(JSON.parse(stdout)).toEqual(['evt_1', 'job_1', secret, [true, 'network_error']]);
    }
  });

  it('holds no code and no types of the server, nothing that only Node has, and the licence of what it holds', async () => {
    const files = await readdir(installed, { recursive: true, withFileTypes: true });
    const all = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
    // The program, which nothing else of the package loads, is looked at in client-program.test.ts.
    const paths = all.filter((file) => !file.startsWith(path.join(installed, 'dist/bin/')));
    const names = paths.map((file) => path.relative(installed, file));
    const licences = ['LICENSE', 'LICENSE-tRPC', 'LICENSE-commander', 'LICENSE-zod'];
    const manifests = ['', 'dist/cjs/', 'trigger/', 'inngest/'].map((folder) => `${folder}package.json`);
    const known = [...licences, 'README.md', ...manifests];
    const code = ['esm', 'cjs'].flatMap((form) =>
      ['', 'trigger/', 'inngest/'].map((entry) => `dist/${form}/client/${entry}index.js`),
    );
    expect(names).toEqual(expect.arrayContaining([...known, ...code]));
    const types = /^dist\/(esm|cjs)\/(client|contract|domain|server|trpc)\/.+\.d\.ts$/;
    expect(names.filter((name) => !known.includes(name) && !code.includes(name) && !types.test(name))).toEqual([]);
    for (const licence of licences.slice(1)) {
      expect(await readFile(path.join(installed, licence), 'utf8')).toContain('Permission is hereby granted');
    }
    const forbidden =
      /prisma|pg-boss|src\/store|['"]#src\/|from ['"]@trpc|\bzod\b|node:|better-auth|ServerDeps|EngineDeps|(?<!\.d)\.ts['"]/i;
    for (const file of paths) {
      // Comments of tRPC speak of other packages.
      const whole = await readFile(file, 'utf8');
      // The entry of Inngest loads one module of Node if it is there.
      const text = whole
        .replaceAll(file.includes('/trpc/') ? /\/\*[\s\S]*?\*\//g : /$^/g, '')
        .replace(file.endsWith('/inngest/index.js') ? 'node:async_hooks' : /$^/, '');
      expect([path.relative(installed, file), forbidden.exec(text)?.[0]]).toEqual([
        path.relative(installed, file),
        undefined,
      ]);
    }
  });
});
