import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
/** Takes nothing: what it was to be told stays in the database. */
let refusing: Receiver;
/** All that Ringback answered in this file. */
let answers = '';

beforeAll(async () => {
  [ringback, target, receiver, refusing] = await Promise.all([
    startRingback({ worker: false }),
    startTarget(),
    startReceiver(),
    startReceiver(),
  ]);
  refusing.answer(500);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), refusing.close()]);
});

const secrets = {
  bearer: 'sk-live-Zq8/header+secret=1',
  plain: 'cookie-9f~secret-2',
  query: 'query secret/3?&',
  body: 'body-secret-"4"-ü',
  callback: 'callback-secret-5',
  response: 'response-secret-6',
};
const planted = 'planted-word-that-must-be-found';

const redacted = (text: string) => ({ $redacted: { strings: ['', ''], values: [text] } });
const job = (path: string, more: object = {}) => ({
  url: `${target.url}${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(secrets.query)}&see=${planted}`,
  method: 'POST',
  json: { user: secrets.body, note: planted },
  headers: { authorization: `Bearer ${secrets.bearer}`, cookie: secrets.plain, 'x-mine': redacted(secrets.plain) },
  redact: { query: ['token'], body: ['/user'], response: ['/secret'] },
  callback: { url: receiver.url, headers: { 'x-callback-token': secrets.callback } },
  ...more,
});

async function submit(input: object): Promise<SubmittedJob> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  answers += JSON.stringify(body);
  return body.result.data;
}

async function read(id: string): Promise<string> {
  const parts = await Promise.all([
    ringback.rest('GET', `/v1/jobs/${id}`),
    ringback.rest('GET', `/v1/jobs/${id}/attempts`),
    ringback.rest('GET', `/v1/jobs/${id}/result`),
    ringback.rest('GET', '/v1/jobs'),
  ]);
  const text = (await Promise.all(parts.map((response) => response.text()))).join('\n');
  answers += text;
  return text;
}

/** Every table's every row as text, bytes also decoded, for whatever PostgreSQL stores. */
async function dump(): Promise<string> {
  const { rows: tables } = await ringback.db.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await ringback.db.pool.query(`select * from ${name}`);
    for (const row of rows) {
      for (const value of Object.values(row as Record<string, unknown>)) {
        texts.push(
          Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'string' ? value : JSON.stringify(value),
        );
      }
    }
  }
  return texts.join('\n');
}

/** A secret as it is, base64 (at each of the three offsets), URL-encoded, JSON-escaped, hex, and as UTF-8 read as Latin-1. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...base64,
  ];
}

function leaks(where: string, text: string, names = Object.keys(secrets) as (keyof typeof secrets)[]): string[] {
  return names.flatMap((name) =>
    spellings(secrets[name])
      .filter((spelling) => text.includes(spelling))
      .map((spelling) => `${where}: ${name} as ${spelling}`),
  );
}

it('keeps secrets out of the database, its log, our output and all answers: waiting, in flight, after the end, after another run', async () => {
  const waiting = await submit(job('/json', { delaySeconds: 3600 }));
  const flying = await submit(job('/slow/20000'));
  const failing = await submit(job('/status/500', { retry: 'none' }));
  const telling = await submit(
    job('/status/502', {
      retry: { 502: { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 1 } },
      callback: {
        url: refusing.url,
        events: ['job.started', 'job.attempt_failed'],
        headers: { 'x-callback-token': secrets.callback },
        retry: { scheduleSeconds: [] },
      },
    }),
  );
  await ringback.startWorker();
  await expect.poll(() => target.hits('/slow/20000')).toBe(1);
  receiver.answer((_one, index) => (index === 0 ? 503 : 204));
  const echo = await submit(
    job('/echo', {
      accept: 'any',
      redact: { query: ['token'], body: ['/user'], response: ['/headers', '/body', '/secret', '/url', '/path'] },
    }),
  );
  await receiver.waitFor((all) => all.length >= 2);
  await refusing.waitFor(3);
  const texts: Record<string, string> = { waiting: await dump() };
  for (const type of ['job.started', 'job.attempt_failed']) expect(texts.waiting).toContain(`{"type":"${type}"`);
  for (const { id } of [waiting, flying, failing, echo, telling]) await read(id);

  await ringback.call('jobs.cancel', { id: flying.id });
  const again = await ringback.call<SubmittedJob>('jobs.rerun', { id: failing.id });
  expect(again.body).toMatchObject({ result: { data: { rerunOf: failing.id } } });
  await ringback.rest('GET', `/v1/jobs/${again.body.result.data.id}?wait=20`);
  await receiver.waitFor((all) => all.length >= 4);
  await read(again.body.result.data.id);
  texts.after = await dump();
  texts.output = ringback.logged();
  texts.answers = answers;

  for (const [where, text] of Object.entries(texts)) expect(leaks(where, text)).toEqual([]);
  // The control: the same search finds a word that nobody asked to hide, wherever it must be.
  for (const where of ['waiting', 'after', 'answers', 'output']) expect(texts[where], where).toContain(planted);
});

it('sent the real values all the while', async () => {
  const sent = target.requests.find((request) => request.path.startsWith('/status/500'));
  expect(sent?.headers).toMatchObject({
    authorization: `Bearer ${secrets.bearer}`,
    cookie: secrets.plain,
    'x-mine': secrets.plain,
  });
  expect(sent?.path).toContain(encodeURIComponent(secrets.query));
  expect(receiver.received[0]?.headers['x-callback-token']).toBe(secrets.callback);
  expect(refusing.received[0]?.headers['x-callback-token']).toBe(secrets.callback);
});

it('erases what it had sealed once the jobs have ended', async () => {
  const { rows } = await ringback.db.pool.query(
    `select count(*)::int as n from job_secret s join job j on j.id = s.job_id where j.state in ('completed', 'cancelled')`,
  );
  expect(rows[0].n).toBe(0);
  await expect
    .poll(async () => (await ringback.db.pool.query('select 1 from delivery_secret')).rowCount, { timeout: 20_000 })
    .toBe(0);
});

/**
 * Which of the server's files hold one of these texts, and which: tables, what was deleted from them, the write-ahead log,
 * and its own log. All are looked for at once, since reading the files takes long.
 */
async function filesWith(texts: string[]): Promise<string[]> {
  await ringback.db.pool.query('checkpoint');
  const { rows } = await ringback.db.pool.query<{ data_directory: string }>('show data_directory');
  const any = texts.flatMap((text) => ['-e', text]);
  // The first line of each file that has one is enough. In this locale bytes are compared as they are.
  const found = spawnSync('grep', ['-raoF', '-m', '1', ...any, '--', dirname(rows[0]?.data_directory ?? '')], {
    ...{ encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect(found.error).toBeUndefined();
  // 1: nothing found; 2: a file went away while it was read.
  expect(found.status).toBeLessThanOrEqual(2);
  return found.stdout.split('\n').filter(Boolean);
}

it('leaves no secret in any file of the database server, not even in its write-ahead log or in deleted rows', async () => {
  expect(await filesWith([planted])).not.toEqual([]);
  const any = [...new Set(Object.values(secrets).flatMap(spellings))];
  // The control: one grep for many finds what it finds for one.
  expect(await filesWith([...any, planted])).not.toEqual([]);
  expect(await filesWith(any)).toEqual([]);
}, 180_000);
