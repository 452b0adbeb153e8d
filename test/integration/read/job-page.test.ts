import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attempt, Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const mask = '********';
const ended = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=30`)).json()) as Job;
async function run(input: object): Promise<Job> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect(body).toHaveProperty('result');
  return ended(body.result.data.id);
}
const read = async <T>(path: string, input: object) => (await ringback.call<T>(path, input, { query: true })).body;
const view = async (id: string) => (await read<JobView>('jobs.view', { id })).result.data;
const body = (id: string) => read<BodyStart>('jobs.body', { id });
const again = (id: string, edits: object) => ringback.call<SubmittedJob>('jobs.rerun', { id, edits });
const echoed = (job: Job) =>
  JSON.parse(job.result?.body ?? '{}') as { path: string; headers: Record<string, string>; body: string };
const sent = (job: Job) => Buffer.from(echoed(job).body, 'base64').toString('utf8');

it('the page of a job gets only the beginning of a large result, and its size', async () => {
  const job = await run({ url: `${target.url}/bytes/200000` });
  const { result } = (await view(job.id)).job;
  expect(result).toMatchObject({ size: 200_000, bodyCut: true, encoding: 'base64' });
  expect(Buffer.from(result?.body ?? '', 'base64')).toHaveLength(65_536);
});

it('a body that is cut within a character stays text', async () => {
  const text = `${'x'.repeat(65_534)}€${'y'.repeat(40)}`;
  const job = await run({ url: `${target.url}/echo`, body: text, headers: { 'content-type': 'text/plain' } });
  expect((await body(job.id)).result.data).toEqual({
    body: 'x'.repeat(65_534),
    encoding: 'utf8',
    size: 65_577,
    bodyCut: true,
  });
  const whole = await ringback.rest('GET', `/v1/jobs/${job.id}/body`);
  expect(whole.headers.get('content-disposition')).toBe('attachment');
  expect(await whole.text()).toBe(text);
});

it('attempts come in lines, the last one whole, and each of them when asked for', async () => {
  const url = `${target.url}/plan?key=view&statuses=500,500,200`;
  const job = await run({ url, retry: { 500: { minTimeoutInMs: 1, maxTimeoutInMs: 5 } } });
  const { attempts, latest, policy, settings } = await view(job.id);
  expect(attempts.map(({ number, status }) => [number, status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
  expect(attempts[0]).not.toHaveProperty('response');
  expect(latest?.number).toBe(3);
  expect(policy.rules.map(({ key }) => key)).toEqual(['500']);
  expect(settings).toMatchObject({ timeoutMs: 600_000, resultTtlSeconds: 86_400, redirect: 'follow' });
  const first = (await read<Attempt>('jobs.attempt', { id: job.id, number: 1 })).result.data;
  expect(first).toMatchObject({ number: 1, status: 500, response: { body: 'step 1\n' } });
  expect((await read('jobs.attempt', { id: job.id, number: 9 })).error.data.code).toBe('not_found');
});

it('the request body is shown masked, and says when there was none and when it is erased', async () => {
  const secret = 'pin-4711';
  const json = { pin: secret, note: 'x' };
  const job = await run({ url: `${target.url}/json`, json, redact: { body: ['/pin'] } });
  expect((await view(job.id)).body).toEqual({ state: 'kept', until: job.result?.expiresAt });
  expect((await body(job.id)).result.data.body).toBe(JSON.stringify({ ...json, pin: mask }));
  expect(await (await ringback.rest('GET', `/v1/jobs/${job.id}/body`)).text()).not.toContain(secret);

  const none = await run({ url: `${target.url}/json` });
  expect((await view(none.id)).body).toEqual({ state: 'none', until: null });
  expect((await body(none.id)).error.data.code).toBe('not_found');

  const short = await run({ url: `${target.url}/json`, json, resultTtlSeconds: 0 });
  expect((await view(short.id)).body.state).toBe('erased');
  expect((await body(short.id)).error.data.code).toBe('body_expired');
});

it('the page says whether secrets are still there, and which key submitted the job', async () => {
  const headers = { authorization: 'Bearer s3cret-value' };
  const kept = await run({ url: `${target.url}/json`, headers, keepSecretsSeconds: 3_600 });
  expect(await view(kept.id)).toMatchObject({ secrets: { state: 'kept' }, apiKeyName: expect.any(String) });
  const erased = await run({ url: `${target.url}/json`, headers });
  expect((await view(erased.id)).secrets).toEqual({ state: 'erased', until: null });
  const none = await run({ url: `${target.url}/json` });
  expect((await view(none.id)).secrets.state).toBe('none');
});

it('a job that was run again leads to the new one', async () => {
  const job = await run({ url: `${target.url}/json` });
  const made = (await again(job.id, {})).body.result.data;
  expect((await view(job.id)).rerunAs).toBe(made.id);
});

const secretJob = () => ({
  url: `${target.url}/echo?token=query-secret&page=1`,
  method: 'POST',
  headers: { authorization: 'Bearer header-secret', 'x-trace': 'on' },
  json: { pin: 'body-secret', note: 'first' },
  redact: { query: ['token'], body: ['/pin'] },
  keepSecretsSeconds: 3_600,
  deadlineSeconds: 3_600,
});

it('edits that give masked values back as they were shown keep the real ones', async () => {
  const job = await run(secretJob());
  const { body: made } = await again(job.id, {
    url: job.url.replace('page=1', 'page=2'),
    headers: { authorization: mask, 'x-trace': null, 'x-new': 'yes' },
    body: JSON.stringify({ pin: mask, note: 'second' }),
    deadlineSeconds: null,
  });
  expect(made.error).toBeUndefined();
  const rerun = await ended(made.result.data.id);
  expect(echoed(rerun).path).toBe('/echo?token=query-secret&page=2');
  expect(echoed(rerun).headers).toMatchObject({ authorization: 'Bearer header-secret', 'x-new': 'yes' });
  expect(echoed(rerun).headers).not.toHaveProperty('x-trace');
  expect(JSON.parse(sent(rerun))).toEqual({ pin: 'body-secret', note: 'second' });
  expect(rerun.deadlineAt).toBeNull();
});

it('a mask is never sent as if it were the value', async () => {
  const job = await run(secretJob());
  const wrong = [
    [{ headers: { authorization: `Basic ${mask}` } }, 'edits.headers.authorization'],
    [{ headers: { 'x-other': mask } }, 'edits.headers.x-other'],
    [{ body: JSON.stringify({ note: mask }) }, 'edits.body'],
    [{ json: { note: mask } }, 'edits.body'],
    [{ url: `${target.url}/echo?page=${mask}` }, 'edits.url'],
    [{ callback: { url: target.url, headers: { 'x-token': mask } } }, 'edits.callback'],
  ] as const;
  for (const [edits, field] of wrong) {
    const { error } = (await again(job.id, edits)).body;
    expect([edits, error.data]).toEqual([edits, expect.objectContaining({ code: 'invalid_input', field })]);
  }
});

it('secrets of the query do not follow a job to another origin', async () => {
  const job = await run(secretJob());
  const { error } = (
    await again(job.id, {
      url: `http://localhost:1/echo?token=${mask}`,
      headers: { authorization: 'Bearer mine' },
      body: 'mine',
    })
  ).body;
  expect(error.data).toMatchObject({ code: 'secrets_erased', field: 'edits.url' });
});

it('a body with masks is not filled in for another origin, by another port or scheme, in whatever form it is given', async () => {
  const job = await run({ ...secretJob(), url: `${target.url}/echo`, headers: {} });
  const other = await startTarget();
  const masked = { pin: mask, note: 'second' };
  const elsewhere = [`${other.url}/echo`, `${target.url.replace('127.0.0.1', 'localhost')}/echo`];
  for (const url of [...elsewhere, `${target.url.replace('http:', 'https:')}/echo`]) {
    for (const edits of [{ body: JSON.stringify(masked) }, { json: masked }, { body: mask }]) {
      const { error } = (await again(job.id, { url, ...edits })).body;
      expect([url, edits, error?.data]).toEqual([
        url,
        edits,
        expect.objectContaining({ code: 'secrets_erased', field: 'edits.body' }),
      ]);
    }
  }
  expect(other.requests).toEqual([]);
  await other.close();
});

it('erased secrets are asked for where they stand', async () => {
  const { keepSecretsSeconds, ...forgetful } = secretJob();
  const job = await run({ ...forgetful, resultTtlSeconds: 0 });
  const field = async (edits: object) => (await again(job.id, edits)).body.error.data.field;
  const url = `${target.url}/echo`;
  expect(await field({ url: job.url })).toBe('edits.url');
  expect(await field({ url, headers: { authorization: 'a' }, body: JSON.stringify({ pin: mask }) })).toBe('edits.body');
  expect(await field({ url, body: null })).toBe('edits.headers');
  const { body: made } = await again(job.id, {
    url,
    method: 'GET',
    headers: { authorization: null },
    body: null,
    resultTtlSeconds: 60,
  });
  const rerun = await ended(made.result.data.id);
  expect(sent(rerun)).toBe('');
  expect(echoed(rerun).headers).not.toHaveProperty('authorization');
});
