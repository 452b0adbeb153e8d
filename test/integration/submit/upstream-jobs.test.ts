import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import { renewSeals } from '#src/server/sign-in/first-start.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { dumpOf } from '#test/support/dump.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let client: Ringback;
let api: Receiver;
let other: Receiver;
beforeAll(async () => {
  [ringback, api, other] = await Promise.all([startRingback(), startReceiver(), startReceiver()]);
  client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
});
afterEach(() => {
  for (const receiver of [api, other]) {
    receiver.received.length = 0;
    receiver.answer(200);
  }
});
afterAll(() => Promise.all([ringback.close(), api.close(), other.close()]));

const secret = 'sk-s3cret/+value';
let names = 0;
const make = (more: object = {}) =>
  client.upstreams.create({
    name: `api-${++names}`,
    baseUrl: `${api.url}/v1`,
    headers: { authorization: `Bearer ${secret}`, 'x-version': '7' },
    ...more,
  });
const ended = (id: string) => client.wait(id, { timeoutMs: 20_000 });
const at = (receiver: Receiver, path: string) => receiver.received.filter((one) => one.path.startsWith(path));
const later = { runAt: new Date(Date.now() + 3_600_000).toISOString() };

it('sends a job with the credentials, which nothing shows or stores in plain', async () => {
  const { name } = await make();
  api.answer({ status: 200, headers: { 'x-echo': `you sent Bearer ${secret}` }, body: '{}' });
  const job = await client.submit({
    ...{ upstream: name, path: '/responses?x=1', json: { a: 1 } },
    callback: `${other.url}/hook`,
  });
  expect(job).toMatchObject({ upstream: name, url: `${api.url}/v1/responses?x=1`, flow: null });
  expect(job.headers).toEqual({ 'content-type': 'application/json' });
  expect(await ended(job.id)).toMatchObject({ state: 'completed', upstream: name });
  expect(api.received[0]).toMatchObject({
    path: '/v1/responses?x=1',
    headers: { authorization: `Bearer ${secret}`, 'x-version': '7' },
  });
  const [hook] = await other.waitFor(1);
  expect(String(hook?.body)).toContain(`"upstream":"${name}"`);
  const { attempts } = await client.attempts(job.id);
  expect(attempts[0]?.responseHeaders?.['x-echo']).toBe('you sent ********');
  await client.rerun(job.id);
  await client.schedules.create({ name: 'by-upstream', cron: '@yearly', job: { upstream: name, path: '/x' } });
  const dump = `${await dumpOf(ringback)}\n${hook?.body}\n${ringback.logged()}`;
  const forms = [secret, `Bearer ${secret}`].flatMap((text) => [
    ...[text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)],
    ...[0, 1, 2].map((shift) =>
      Buffer.from(' '.repeat(shift) + text)
        .toString('base64')
        .slice(4, -4),
    ),
    Buffer.from(text).toString('hex'),
  ]);
  for (const form of forms) expect(dump.includes(form), form).toBe(false);
});

it('gives a job its retries, timeout and flow, and the job its own before them', async () => {
  const { name } = await make({
    ...{ format: 'openai', timeoutMs: '90s', flow: { concurrency: 3 }, retry: { '418': { limit: 1 } } },
  });
  const stored = async (id: string) => {
    const sql = 'select options from job_request where job_id = $1';
    return (await ringback.db.pool.query(sql, [parseId('job', id)])).rows[0].options;
  };
  const plain = await client.submit({ ...later, upstream: name, path: '/a' });
  expect(plain.flow).toBe(`upstream:${name}`);
  expect(await stored(plain.id)).toMatchObject({ timeoutMs: 90_000, policy: { rules: [{ key: '418' }] } });
  expect(await client.trpc.flows.get.query({ id: `upstream:${name}` })).toMatchObject({ concurrency: 3 });
  const own = { retry: 'none' as const, timeout: { durationInMs: 5_000 }, flow: { key: 'mine' } };
  const changed = await client.submit({ ...later, ...own, upstream: name, path: '/a' });
  expect(changed.flow).toBe('mine');
  expect(await stored(changed.id)).toMatchObject({ timeoutMs: 5_000, policy: 'none/1/repeatable' });
  await client.upstreams.update(name, { retry: null, timeoutMs: null, flow: null });
  const preset = await client.submit({ ...later, upstream: name, path: '/a', method: 'POST' });
  expect(await stored(preset.id)).toMatchObject({ timeoutMs: 600_000, policy: 'openai/2/once' });
});

it('sends a header of the job in place of the one of the upstream', async () => {
  const { name } = await make();
  const job = await client.submit({ upstream: name, path: '/own', headers: { Authorization: 'Bearer mine-12345678' } });
  await ended(job.id);
  expect(at(api, '/v1/own')[0]?.headers).toMatchObject({ authorization: 'Bearer mine-12345678', 'x-version': '7' });
});

it('a job that waits for its retry gets the new key', async () => {
  const { name } = await make({ retry: { '401': { limit: 50, minTimeoutInMs: 300, maxTimeoutInMs: 300 } } });
  api.answer(({ headers }) => (headers.authorization === 'Bearer rotated-key' ? 200 : 401));
  const job = await client.submit({ upstream: name, path: '/rotated' });
  await expect.poll(async () => (await client.get(job.id)).state, { timeout: 10_000 }).toBe('retrying');
  await client.upstreams.update(name, { headers: { authorization: 'Bearer rotated-key' } });
  expect(await ended(job.id)).toMatchObject({ state: 'completed' });
  expect(at(api, '/v1/rotated').at(-1)?.headers).toMatchObject({
    authorization: 'Bearer rotated-key',
    'x-version': '7',
  });
});

it('sends no credentials to an origin that is not that of the base URL now', async () => {
  const { name } = await make();
  await ringback.stopWorker();
  const job = await client.submit({ upstream: name, path: '/moved' });
  const moved = await client.upstreams.update(name, { baseUrl: `${other.url}/v1` });
  expect(moved).toMatchObject({ clearedHeaders: ['authorization'], headers: { 'x-version': '7' } });
  await ringback.startWorker();
  const failed = await ended(job.id);
  expect(failed).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'upstream_gone', retryable: false } });
  expect(failed.error?.message).toContain(`the upstream "${name}" is at ${other.url} now`);
  expect([...at(api, '/v1/moved'), ...other.received]).toEqual([]);
  await expect(client.rerun(job.id)).rejects.toMatchObject({ code: 'invalid_input' });
  const again = await client.rerun(job.id, { path: '/moved' });
  expect(again).toMatchObject({ upstream: name, url: `${other.url}/v1/moved` });
  await ended(again.id);
});

it('a redirect to another origin loses the credentials', async () => {
  const { name } = await make({ headers: { 'x-api-key': 'key-12345678', 'x-version': '7' } });
  api.answer({ status: 302, headers: { location: `${other.url}/elsewhere` } });
  await ended((await client.submit({ upstream: name, path: '/redirected' })).id);
  expect(at(api, '/v1/redirected')[0]?.headers['x-api-key']).toBe('key-12345678');
  expect(other.received[0]?.headers['x-api-key']).toBeUndefined();
  expect(other.received[0]?.headers['x-version']).toBe('7');
});

it('a job whose upstream was deleted fails for good, and says so', async () => {
  const { name } = await make();
  await ringback.stopWorker();
  const job = await client.submit({ upstream: name, path: '/gone' });
  await ringback.db.pool.query('delete from upstream where name = $1', [name]);
  await ringback.startWorker();
  const failed = await ended(job.id);
  expect(failed).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'upstream_gone' } });
  expect(failed.error?.message).toContain(`the upstream "${name}" was deleted`);
  const listed = await ringback.rest('GET', `/v1/jobs?status=upstream_gone&id=${job.id}`);
  expect(await listed.json()).toMatchObject({ jobs: [{ id: job.id }] });
  expect(at(api, '/v1/gone')).toEqual([]);
  // The web process knows the upstream for another second.
  const again = () => client.rerun(job.id).catch((error: { code: string }) => error.code);
  await expect.poll(again, { timeout: 10_000 }).toBe('invalid_input');
  expect((await client.rerun(job.id, { url: `${api.url}/plain` })).upstream).toBeNull();
});

it('runs a job again by its upstream, with another path, another upstream, or a URL', async () => {
  const [first, second] = [await make(), await make({ baseUrl: `${api.url}/v2` })];
  const job = await ended((await client.submit({ upstream: first.name, path: '/again' })).id);
  const edits: [object, string, string | null][] = [
    [{}, '/v1/again', first.name],
    [{ path: '/b' }, '/v1/b', first.name],
    [{ upstream: second.name, path: '/c' }, '/v2/c', second.name],
    [{ url: `${api.url}/v1/d` }, '/v1/d', first.name],
    [{ url: `${api.url}/v10/e` }, '/v10/e', null],
  ];
  for (const [given, path, upstream] of edits) {
    const again = await client.rerun(job.id, given);
    expect(again).toMatchObject({ upstream, url: api.url + path });
    await ended(again.id);
    expect(at(api, path).at(-1)?.headers.authorization).toBe(upstream === null ? undefined : `Bearer ${secret}`);
  }
  for (const wrong of [{ upstream: second.name }, { path: 'x' }, { path: '/../x' }, { upstream: 'none', path: '/x' }])
    await expect(client.rerun(job.id, wrong)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(client.rerun(job.id, { path: '/x', url: api.url })).rejects.toMatchObject({
    code: 'conflicting_fields',
  });
});

it('runs many jobs again, those of upstreams too', async () => {
  const { name } = await make();
  const job = await ended((await client.submit({ upstream: name, path: '/many' })).id);
  await client.trpc.jobs.rerunMany.mutate({ jobs: { ids: [job.id] } });
  const rerun = async () => (await client.list({ rerunOf: job.id })).jobs[0]?.id ?? '';
  await expect.poll(rerun, { timeout: 10_000 }).not.toBe('');
  expect(await ended(await rerun())).toMatchObject({ upstream: name });
  expect(at(api, '/v1/many').map(({ headers }) => headers.authorization)).toEqual(Array(2).fill(`Bearer ${secret}`));
});

it('a schedule makes jobs of an upstream, and keeps what is masked in its path', async () => {
  const { name } = await make();
  const job = { upstream: name, path: '/tick?token=s3cret-query&page=1', redact: { query: ['token'] } };
  const made = await client.schedules.create({ name: 'ticking', cron: '@yearly', job });
  expect(made.url).toBe(`${api.url}/v1/tick?token=********&page=1`);
  expect(made.job).toMatchObject({ upstream: name, path: '/tick?token=********&page=1' });
  await client.schedules.update('ticking', { job: { ...made.job, path: made.job.path?.replace('page=1', 'page=2') } });
  const run = await client.schedules.runNow('ticking');
  expect(await ended(run.id)).toMatchObject({ upstream: name });
  expect(api.received[0]).toMatchObject({
    path: '/v1/tick?token=s3cret-query&page=2',
    headers: { authorization: `Bearer ${secret}` },
  });
  const wrong = { name: 'wrong', cron: '@yearly', job: { upstream: 'none', path: '/x' } };
  await expect(client.schedules.create(wrong)).rejects.toMatchObject({ code: 'invalid_input', field: 'job.upstream' });
});

it('the page of a job knows its upstream by its id: under its new name, and once it was removed', async () => {
  const { id, name } = await make();
  const job = await client.submit({ upstream: name, path: '/x' });
  await ended(job.id);
  const upstream = async () => (await client.trpc.jobs.view.query({ id: job.id })).upstream;
  expect(await upstream()).toEqual({ id, name });
  await client.upstreams.update(name, { name: 'renamed' });
  expect(await upstream()).toEqual({ id, name: 'renamed' });
  await client.upstreams.delete(id);
  expect(await upstream()).toEqual({ id, name: null });
  const plain = await client.submit({ ...later, url: api.url });
  expect((await client.trpc.jobs.view.query({ id: plain.id })).upstream).toBeNull();
});

it('refuses an unknown upstream and a path that leads out of it, also in a batch', async () => {
  const { name } = await make();
  const one = { upstream: name, path: '/..%2f..%2fadmin' };
  await expect(client.submit(one)).rejects.toMatchObject({ code: 'invalid_input', field: 'path' });
  await expect(client.submit({ upstream: 'none', path: '/x' })).rejects.toThrow(/there is no upstream "none".*api-1/);
  const results = await client.submitMany([one, { ...later, upstream: name, path: '/ok' }]);
  expect(results).toMatchObject([
    { ok: false, error: { field: 'jobs.0.path' } },
    { ok: true, job: { upstream: name } },
  ]);
});

it('a new encryption key seals the headers of upstreams anew', async () => {
  const { id, name } = await make();
  const fresh = { id: 'fresh', key: randomBytes(32) };
  const keys = [...ringback.config.encryptionKeys];
  await renewSeals({ ...ringback.config, encryptionKeys: [fresh, ...keys] });
  const { rows } = await ringback.db.pool.query('select sealed from upstream where name = $1', [name]);
  const onlyFresh = makeCipher([fresh]);
  const opened = onlyFresh.open(rows[0].sealed, sealContext.upstream(parseId('ups', id) ?? ''));
  expect(String(opened)).toContain(secret);
  await renewSeals({ ...ringback.config, encryptionKeys: [...keys, fresh] });
});
