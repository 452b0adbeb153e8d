import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback, redactString } from '#src/client/index.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { parseId } from '#src/domain/text/id.ts';
import { resolveUpstream } from '#src/engine/upstream/resolve-upstream.ts';
import { makeUpstreams } from '#src/engine/upstreams-cache.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let client: Ringback;
let api: Receiver;
beforeAll(async () => {
  [ringback, api] = await Promise.all([startRingback(), startReceiver()]);
  client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
});
afterAll(() => Promise.all([ringback.close(), api.close()]));

const baseUrl = 'https://api.example.com/v1';

it('makes, reads, lists, changes and deletes an upstream', async () => {
  const input = {
    ...{
      name: 'open.ai-1_x',
      baseUrl: 'HTTPS://API.example.com:443/v1/',
      format: 'openai' as const,
      models: ['gpt-', 'gpt-'],
    },
    ...{ timeoutMs: '2m', retry: { preset: 'openai' as const, rules: { '418': { limit: 1 } } } },
    headers: { Authorization: 'Bearer sk-1', 'x-team': redactString`team ${'blue-team-1'}`, 'x-version': '7' },
    flow: { concurrency: 5, rate: { limit: 10, periodSeconds: '1m' } },
  };
  const made = await client.upstreams.create(input);
  expect(made).toMatchObject({
    ...{ name: 'open.ai-1_x', baseUrl, format: 'openai', default: false, models: ['gpt-'], timeoutMs: 120_000 },
    headers: { authorization: '********', 'x-team': 'team ********', 'x-version': '7' },
    ...{ retry: input.retry, flow: { key: null, concurrency: 5, rate: { limit: 10, periodSeconds: 60 } } },
  });
  expect(await client.upstreams.get(made.id)).toEqual(made);
  expect(await client.upstreams.get(made.name)).toEqual(made);
  expect(await client.upstreams.list()).toEqual([made]);
  const changed = await client.upstreams.update(made.id, {
    ...{ name: 'openai', retry: null, timeoutMs: null, flow: null, models: [] },
    headers: { 'x-version': null, 'x-new': 'new' },
  });
  expect(changed).toMatchObject({ name: 'openai', retry: null, timeoutMs: null, flow: null, models: [] });
  expect(changed.headers).toEqual({ authorization: '********', 'x-team': 'team ********', 'x-new': 'new' });
  expect(await client.upstreams.delete('openai')).toEqual({ id: made.id });
  await expect(client.upstreams.get('openai')).rejects.toMatchObject({ code: 'not_found' });
  await expect(client.upstreams.delete(made.id)).rejects.toMatchObject({ code: 'not_found' });
});

it.each([
  ['name', { name: 'Upper' }, 'invalid_input'],
  ['name', { name: '-x' }, 'invalid_input'],
  ['name', { name: 'x'.repeat(65) }, 'invalid_input'],
  ['baseUrl', { baseUrl: 'ftp://api.example.com' }, 'invalid_url'],
  ['baseUrl', { baseUrl: `${baseUrl}?x=1` }, 'invalid_url'],
  ['baseUrl', { baseUrl: `${baseUrl}?` }, 'invalid_url'],
  ['baseUrl', { baseUrl: `${baseUrl}#x` }, 'invalid_url'],
  ['baseUrl', { baseUrl: 'https://me:pass@api.example.com' }, 'invalid_url'],
  ['baseUrl', { baseUrl: `https://api.example.com/${'x'.repeat(2_048)}` }, 'invalid_url'],
  ['baseUrl', { baseUrl: 'http://169.254.169.254/latest' }, 'blocked_target'],
  ['format', { format: 'other' }, 'invalid_input'],
  ['headers.host', { headers: { host: 'x' } }, 'invalid_header'],
  ['headers.authorization', { headers: { authorization: 'Bearer ********' } }, 'invalid_header'],
  ['models.1', { models: ['gpt-', 'meta-llama/'] }, 'invalid_input'],
  ['models.0', { models: [''] }, 'invalid_input'],
  ['models', { models: Array.from({ length: 65 }, (_, index) => `m${index}`) }, 'invalid_input'],
  ['retry', { retry: 'unknown' }, 'invalid_retry'],
  ['timeoutMs', { timeoutMs: 0 }, 'invalid_input'],
  ['timeoutMs', { timeoutMs: '1h' }, 'invalid_input'],
  ['flow.concurrency', { flow: { concurrency: 0 } }, 'invalid_input'],
  ['flow.key', { flow: { key: '' } }, 'invalid_input'],
  ['colour', { colour: 'red' }, 'unknown_field'],
])('refuses a wrong %s', async (field, wrong, code) => {
  const { body } = await ringback.call('upstreams.create', { name: 'wrong', baseUrl, ...wrong });
  expect(body.error?.data).toMatchObject({ code, field });
  expect(JSON.stringify(body.error)).not.toContain('pass@');
});

it('has each name once, and one default at most', async () => {
  await client.upstreams.create({ name: 'one', baseUrl, default: true });
  await expect(client.upstreams.create({ name: 'one', baseUrl })).rejects.toMatchObject({ code: 'name_taken' });
  await client.upstreams.create({ name: 'two', baseUrl, default: true });
  await expect(client.upstreams.update('two', { name: 'one' })).rejects.toMatchObject({ code: 'name_taken' });
  const defaults = async () => (await client.upstreams.list()).filter((one) => one.default).map(({ name }) => name);
  expect(await defaults()).toEqual(['two']);
  const racing = Array.from({ length: 4 }, (_, index) =>
    client.upstreams.create({ name: `racing-${index}`, baseUrl, default: true }),
  );
  await Promise.all(racing);
  expect(await defaults()).toHaveLength(1);
  await client.upstreams.update('one', { default: true });
  expect(await defaults()).toEqual(['one']);
  await client.upstreams.update('one', { default: false });
  expect(await defaults()).toEqual([]);
});

it('finds the upstream of a model, or says which there are', async () => {
  const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
  const deps = { upstreams: makeUpstreams(ringback.db, Date.now) };
  const found = async (model: string) => {
    const { upstream, model: name } = await resolveUpstream(deps, projectId, model);
    return [upstream.name, name];
  };
  await client.upstreams.create({ name: 'claude', baseUrl, format: 'anthropic', models: ['claude-'] });
  expect(await found('claude-sonnet')).toEqual(['claude', 'claude-sonnet']);
  expect(await found('one/anything/else')).toEqual(['one', 'anything/else']);
  await expect(found('qwen')).rejects.toMatchObject({ code: 'unknown_model', field: 'model' });
  await expect(found('qwen')).rejects.toThrow(/claude \(claude-…\), one, .*"upstream\/model"/);
  // A name that this process does not know yet is read at once.
  await client.upstreams.create({ name: 'fresh', baseUrl });
  expect(await found('fresh/x')).toEqual(['fresh', 'x']);
});

it('is not deleted while jobs of it have not ended, and says how many there are', async () => {
  await client.upstreams.create({ name: 'busy', baseUrl: api.url });
  const jobs = await client.submitMany(
    Array.from({ length: 3 }, () => ({ upstream: 'busy', path: '/later', delaySeconds: 3_600 })),
  );
  await expect(client.upstreams.delete('busy')).rejects.toMatchObject({
    code: 'upstream_in_use',
    message: expect.stringContaining('3 jobs have not ended'),
  });
  for (const one of jobs) if (one.ok) await client.cancel(one.job.id);
  await client.upstreams.delete('busy');
});

it('lists the jobs of an upstream, by its name and its id', async () => {
  const { id } = await client.upstreams.create({ name: 'listed', baseUrl: api.url });
  const job = await client.submit({ upstream: 'listed', path: '/later', delaySeconds: 3_600 });
  await client.submit({ url: `${api.url}/later`, delaySeconds: 3_600 });
  const ids = async (upstream: string) => (await client.list({ upstream })).jobs.map((one) => one.id);
  expect(await ids('listed')).toEqual([job.id]);
  expect(await ids(id)).toEqual([job.id]);
  expect(await ids('none')).toEqual([]);
  await client.upstreams.update('listed', { name: 'renamed' });
  expect(await ids('renamed')).toEqual([job.id]);
  const { counts } = await client.trpc.jobs.counts.query({ upstream: 'renamed' });
  expect(counts.scheduled).toEqual({ count: 1, capped: false });
});

it('is tested with its credentials, by its usual path or another', async () => {
  const limits = { 'x-ratelimit-remaining-requests': '9', 'anthropic-ratelimit-tokens-limit': '5', 'retry-after': '1' };
  api.answer({ status: 401, headers: { ...limits, 'x-other': 'x' }, body: '{}' });
  const { name } = await client.upstreams.create({
    ...{ name: 'tested', baseUrl: `${api.url}/v1`, format: 'openai', headers: { authorization: 'Bearer sk-12345678' } },
    flow: { concurrency: 1 },
  });
  const tested = await client.upstreams.test(name);
  expect(tested).toMatchObject({ url: `${api.url}/v1/models`, status: 401, error: null, limits });
  expect(tested.limits).not.toHaveProperty('x-other');
  expect(tested.ms).toBeGreaterThan(0);
  expect(api.received.at(-1)).toMatchObject({ method: 'GET', path: '/v1/models' });
  expect(api.received.at(-1)?.headers.authorization).toBe('Bearer sk-12345678');
  expect(await client.get(tested.job)).toMatchObject({ labels: ['upstream-test'], flow: null, upstream: 'tested' });
  api.answer('reset');
  expect(await client.upstreams.test(name, { path: '/x' })).toMatchObject({
    ...{ url: `${api.url}/v1/x`, status: null, limits: {} },
    error: { code: 'connection_reset' },
  });
  await expect(client.upstreams.test(name, { path: '/../x' })).rejects.toMatchObject({ code: 'invalid_input' });
});

it('is there over REST', async () => {
  const made = await ringback.rest('POST', '/v1/upstreams', { json: { name: 'rest', baseUrl: api.url } });
  const { id } = (await made.json()) as Upstream;
  expect([made.status, made.headers.get('location')]).toEqual([201, `${ringback.url}/v1/upstreams/${id}`]);
  const read = async (method: string, path: string, json?: object) => {
    const answer = await ringback.rest(method, `/v1/upstreams${path}`, json && { json });
    return [answer.status, await answer.json()] as const;
  };
  expect(await read('GET', '/rest')).toMatchObject([200, { id, format: 'none' }]);
  expect(await read('PATCH', '/rest', { format: 'freddy' })).toMatchObject([200, { format: 'freddy' }]);
  api.answer(200);
  expect(await read('POST', '/rest/test', {})).toMatchObject([200, { status: 200, url: `${api.url}/` }]);
  expect((await read('GET', ''))[1]).toMatchObject({ upstreams: expect.arrayContaining([]) });
  expect(await read('DELETE', `/${id}`)).toEqual([200, { id }]);
  expect(await read('GET', '/rest')).toMatchObject([404, { code: 'not_found' }]);
});

it('records changes without credentials', async () => {
  await client.upstreams.create({ name: 'audited', baseUrl, headers: { authorization: 'Bearer sk-audited' } });
  await client.upstreams.update('audited', { headers: { authorization: 'Bearer sk-audited-2' } });
  const { rows } = await ringback.db.pool.query('select a::text as row from audit_entry a');
  const text = rows.map(({ row }) => row).join('\n');
  expect(text).toContain('upstreams.create');
  expect(text).toContain('upstreams.update');
  expect(text).not.toContain('sk-audited');
});
