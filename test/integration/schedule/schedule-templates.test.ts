import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redactString } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type Scheduling, scheduling } from './scheduling.ts';

let ringback: TestRingback;
let client: Scheduling['client'];
let { makeDue, untilRun, jobsOf } = {} as Scheduling;
let receiver: Receiver;
let other: Receiver;
beforeAll(async () => {
  [ringback, receiver, other] = await Promise.all([startRingback(), startReceiver(), startReceiver()]);
  ({ client, makeDue, untilRun, jobsOf } = scheduling(ringback));
});
afterAll(() => Promise.all([ringback.close(), receiver.close(), other.close()]));

const secrets = ['s3cret-header', 's3cret-query', 's3cret-body', 's3cret-hook', 's3cret-hook-query'];
const template = () => ({
  url: `${receiver.url}/path?token=s3cret-query&page=2`,
  headers: { authorization: redactString`Bearer ${'s3cret-header'}`, 'x-plain': 'plain' },
  json: { user: { password: 's3cret-body' }, id: 1 },
  callback: { url: `${receiver.url}/hook?token=s3cret-hook-query`, headers: { 'x-api-key': 's3cret-hook' } },
  redact: { query: ['token'], body: ['/user/password'] },
});

const dump = async () => {
  const { rows } = await ringback.db.pool.query<{ row: string }>(
    `select s::text as row from schedule s union all select a::text from audit_entry a
     union all select j::text from job_request j`,
  );
  const sealed = await ringback.db.pool.query<{ sealed: Buffer }>('select sealed from schedule');
  const bytes = sealed.rows.map((row) => row.sealed.toString('latin1'));
  return [...rows.map(({ row }) => row), ...bytes, ringback.logged()].join('\n');
};
const lastRequest = (path: string) => receiver.received.filter((one) => one.path.startsWith(path)).at(-1);

it('shows a template masked, sends it whole, and stores no plain secret', async () => {
  const made = await client.schedules.create({ name: 'secretive', cron: '@yearly', job: template() });
  expect(made.job).toMatchObject({
    url: `${receiver.url}/path?token=********&page=2`,
    headers: { authorization: 'Bearer ********', 'x-plain': 'plain' },
    json: { user: { password: '********' }, id: 1 },
    callback: { url: `${receiver.url}/hook?token=********`, headers: { 'x-api-key': '********' } },
  });
  const job = await client.schedules.runNow('secretive');
  await client.wait(job.id, { timeoutMs: 20_000 });
  const sent = lastRequest('/path');
  expect(sent?.path).toBe('/path?token=s3cret-query&page=2');
  expect(sent?.headers.authorization).toBe('Bearer s3cret-header');
  expect(String(sent?.body)).toBe('{"user":{"password":"s3cret-body"},"id":1}');
  await expect.poll(() => lastRequest('/hook')?.headers['x-api-key'], { timeout: 10_000 }).toBe('s3cret-hook');
  const stored = await dump();
  for (const secret of secrets) expect(stored).not.toContain(secret);
});

it('keeps the secrets of masked values for the same origin, and what was redacted stays so', async () => {
  const { job } = await client.schedules.create({ name: 'edited', cron: '@yearly', job: template() });
  const { redact: _dropped, ...rest } = job;
  const edited = await client.schedules.update('edited', {
    job: { ...rest, url: job.url?.replace('/path', '/other-path'), json: { user: { password: '********' }, id: 2 } },
  });
  expect(edited.job.redact).toEqual({ query: ['token'], body: ['/user/password'] });
  expect(JSON.stringify(edited)).not.toContain('s3cret');
  const run = await client.schedules.runNow('edited');
  await client.wait(run.id, { timeoutMs: 20_000 });
  const sent = lastRequest('/other-path');
  expect(sent?.path).toBe('/other-path?token=s3cret-query&page=2');
  expect(sent?.headers.authorization).toBe('Bearer s3cret-header');
  expect(String(sent?.body)).toBe('{"user":{"password":"s3cret-body"},"id":2}');
});

describe('a masked value goes to no other origin', () => {
  beforeAll(() => client.schedules.create({ name: 'moved', cron: '@yearly', job: template() }));
  const masked = 'Bearer ********';
  it.each([
    ['the URL', () => ({ url: `${other.url}/?token=********` }), 'job.url'],
    ['a header', () => ({ url: other.url, headers: { authorization: masked } }), 'job.headers.authorization'],
    ['the body', () => ({ url: other.url, json: { user: { password: '********' } } }), 'job.json'],
    [
      'a callback’s header',
      () => ({ url: receiver.url, callback: { url: other.url, headers: { 'x-api-key': '********' } } }),
      'job.callback.headers.x-api-key',
    ],
    ['a callback’s URL', () => ({ url: receiver.url, callback: `${other.url}/?token=********` }), 'job.callback.url'],
  ])('%s', async (_, job, field) => {
    await expect(client.schedules.update('moved', { job: job() })).rejects.toMatchObject({
      code: 'secrets_erased',
      field,
    });
  });

  it.each([
    ['a header that had none', () => ({ url: receiver.url, headers: { 'x-new': '********' } }), 'job.headers.x-new'],
    [
      'another mask',
      () => ({ url: receiver.url, headers: { authorization: '********' } }),
      'job.headers.authorization',
    ],
    ['another parameter', () => ({ url: `${receiver.url}/?page=********` }), 'job.url'],
  ])('nor where no secret was: %s', async (_, job, field) => {
    const refused = { code: 'invalid_input', field };
    await expect(client.schedules.update('moved', { job: job() })).rejects.toMatchObject(refused);
  });
});

it('numbers of any length in json stay as they were written', async () => {
  const body = `{"name":"exact","cron":"@yearly","job":{"url":"${receiver.url}/exact","json":{"id":12345678901234567890}}}`;
  const headers = { 'content-type': 'application/json' };
  expect((await ringback.rest('POST', '/v1/schedules', { body, headers })).status).toBe(201);
  expect(await (await ringback.rest('GET', '/v1/schedules/exact')).text()).toContain('"id":12345678901234567890}');
  const { id } = await client.schedules.runNow('exact');
  await client.wait(id, { timeoutMs: 20_000 });
  expect(String(lastRequest('/exact')?.body)).toBe('{"id":12345678901234567890}');
});

it('is sealed with a new key at a start, and waits for a key that its worker does not have', async () => {
  const { id } = await client.schedules.create({ name: 'rekeyed', cron: '@yearly', job: template() });
  const newKey = { id: 'newer', key: randomBytes(32) };
  await renewSeals({ ...ringback.config, encryptionKeys: [newKey, ...ringback.config.encryptionKeys] });
  const { rows } = await ringback.db.pool.query<{ sealed: Buffer }>('select sealed from schedule where name = $1', [
    'rekeyed',
  ]);
  const uuid = parseId('sch', id) ?? '';
  const opened = makeCipher([newKey]).open(rows[0]?.sealed ?? Buffer.alloc(0), sealContext.schedule(uuid));
  expect(JSON.parse(opened.toString())).toEqual(JSON.parse(JSON.stringify(template())));

  await makeDue('rekeyed');
  await untilRun('rekeyed');
  const waiting = await client.schedules.get('rekeyed');
  expect(waiting.lastRun).toMatchObject({ outcome: 'refused', reason: { code: 'no_key' } });
  expect(Date.parse(waiting.nextRunAt ?? '')).toBeLessThan(Date.now() + 60_000);
  // What else this file asks knows the older key only.
  await renewSeals({ ...ringback.config, encryptionKeys: [...ringback.config.encryptionKeys, newKey] });
  await makeDue('rekeyed');
  await untilRun('rekeyed');
  expect(await jobsOf('rekeyed')).toHaveLength(1);
});

describe('every wrong field is refused by its name', () => {
  const good = { name: 'good', cron: '@daily', job: { url: 'https://example.com/' } };
  it.each([
    ['name', { name: 'Has Spaces' }, 'invalid_input'],
    ['name', { name: 'a'.repeat(56) }, 'invalid_input'],
    ['name', { name: 'preview' }, 'invalid_input'],
    ['name', { name: undefined }, 'invalid_input'],
    ['cron', { cron: '61 * * * *' }, 'invalid_input'],
    ['cron', { cron: '* * * * * *' }, 'invalid_input'],
    ['cron', { cron: '0 0 30 2 *' }, 'invalid_input'],
    ['cron', { cron: 5 }, 'invalid_input'],
    ['timezone', { timezone: 'Mars/Olympus' }, 'invalid_input'],
    ['timezone', { timezone: '+02:00' }, 'invalid_input'],
    ['overlap', { overlap: 'queue' }, 'invalid_input'],
    ['missed', { missed: 'all' }, 'invalid_input'],
    ['paused', { paused: 'yes' }, 'invalid_input'],
    ['job', { job: undefined }, 'invalid_input'],
    ['job', { job: 'https://example.com/' }, 'invalid_input'],
    ['job.url', { job: {} }, 'invalid_input'],
    ['job.url', { job: { url: 'ftp://example.com/' } }, 'invalid_url'],
    ['job.url', { job: { url: 'http://169.254.169.254/' } }, 'blocked_target'],
    ['job.headers.host', { job: { url: 'https://example.com/', headers: { host: 'a' } } }, 'invalid_header'],
    ['job.runAt', { job: { url: 'https://example.com/', runAt: '2026-12-01T09:00:00Z' } }, 'invalid_input'],
    ['job.delaySeconds', { job: { url: 'https://example.com/', delaySeconds: 5 } }, 'invalid_input'],
    ['job.idempotencyKey', { job: { url: 'https://example.com/', idempotencyKey: 'a' } }, 'invalid_input'],
    ['job.labels', { job: { url: 'https://example.com/', labels: [...'abcdefghijklmnop'] } }, 'invalid_input'],
    ['job.retry', { job: { url: 'https://example.com/', retry: 'never' } }, 'invalid_retry'],
    ['job.callback.endpoint', { job: { url: 'https://example.com/', callback: { endpoint: 'no' } } }, 'invalid_input'],
    ['job.nonsense', { job: { url: 'https://example.com/', nonsense: 1 } }, 'unknown_field'],
    ['nonsense', { nonsense: 1 }, 'unknown_field'],
  ])('%s: %j', async (field, wrong, code) => {
    const { body } = await ringback.call('schedules.create', { ...good, ...wrong });
    expect(body.error.data).toMatchObject({ field, code });
  });

  it('a name that is taken, and a schedule of no such name', async () => {
    await ringback.call('schedules.create', good);
    expect((await ringback.call('schedules.create', good)).body.error.data).toMatchObject({ code: 'name_taken' });
    expect((await ringback.call('schedules.pause', { id: 'none' })).body.error.data.code).toBe('not_found');
  });
});
