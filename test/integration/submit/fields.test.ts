import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Job, JobAttempts, JobPage, SubmittedJob } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const fast = { strategy: 'backoff', minTimeoutInMs: 1, maxTimeoutInMs: 5 };

async function run(input: object): Promise<Job> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect(body).toHaveProperty('result');
  return (await (await ringback.rest('GET', `/v1/jobs/${body.result.data.id}?wait=30`)).json()) as Job;
}

const attemptsOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data;

const echoed = (job: Job) =>
  JSON.parse(job.result?.body ?? '{}') as { method: string; headers: Record<string, string>; body: string };

it('method, headers, string and binary bodies arrive as given', async () => {
  const text = await run({ url: `${target.url}/echo`, method: 'PATCH', headers: { 'X-Custom': 'a' }, body: 'grüße' });
  expect(echoed(text)).toMatchObject({
    method: 'PATCH',
    headers: { 'x-custom': 'a' },
    body: Buffer.from('grüße').toString('base64'),
  });
  const bytes = Buffer.from([0, 255, 1, 254]).toString('base64');
  const binary = await run({ url: `${target.url}/echo`, body: { base64: bytes } });
  expect(echoed(binary)).toMatchObject({ method: 'POST', body: bytes });
});

it('json sets the content type', async () => {
  const job = await run({ url: `${target.url}/echo`, json: { big: [1, 'two'] } });
  expect(echoed(job)).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
});

it('maxAttempts bounds all rules together', async () => {
  const job = await run({ url: `${target.url}/status/500`, retry: { any: { ...fast, limit: 20 } }, maxAttempts: 3 });
  expect(job).toMatchObject({ state: 'failed', attempts: 3, maxAttempts: 3 });
});

it('each rule counts its own retries', async () => {
  const url = `${target.url}/plan?key=own&statuses=429,500,429,500,429,500,200`;
  const job = await run({ url, retry: { '429': { ...fast, limit: 2 }, '5xx': { ...fast, limit: 9 } } });
  expect(job).toMatchObject({ state: 'failed', attempts: 5, result: { status: 429 } });
});

it('the headers strategy waits for the reset and never less', async () => {
  const job = await run({
    url: `${target.url}/reset-after/1`,
    retry: {
      '429': {
        strategy: 'headers',
        resetHeader: 'x-ratelimit-reset',
        remainingHeader: 'x-ratelimit-remaining',
        limitHeader: 'x-ratelimit-limit',
      },
    },
  });
  expect(job).toMatchObject({ state: 'completed', attempts: 2 });
  const { attempts } = await attemptsOf(job.id);
  const [first, second] = attempts;
  const resetMs = Number(first?.responseHeaders?.['x-ratelimit-reset']) * 1000;
  expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThanOrEqual(resetMs);
  expect(first?.decision).toMatchObject({
    rule: '429',
    then: 'retry',
    inputs: { usedHeaders: expect.arrayContaining(['x-ratelimit-reset']) },
  });
});

it('connection errors are retried by their own policy', async () => {
  const retry = { limit: 2, minTimeoutInMs: 1, maxTimeoutInMs: 5 };
  const job = await run({ url: `${target.url}/reset`, connectionError: { retry } });
  expect(job).toMatchObject({
    state: 'failed',
    attempts: 3,
    error: { code: 'connection_reset', retryable: true },
    result: null,
  });
  const refused = await run({ url: await closedUrl(), connectionError: { retry: { ...retry, limit: 0 } } });
  expect(refused).toMatchObject({ attempts: 1, error: { code: 'connection_refused' } });
});

it('a repeated POST is not risked by the default preset, a GET is', async () => {
  const post = await run({ url: `${target.url}/plan?key=post&statuses=500,200`, json: {} });
  expect(post).toMatchObject({ state: 'failed', attempts: 1 });
  const keyed = await run({ url: `${target.url}/plan?key=keyed&statuses=500,200`, json: {}, sendIdempotencyKey: true });
  expect(keyed).toMatchObject({ state: 'completed', attempts: 2 });
});

it('sendIdempotencyKey carries the job id on every try', async () => {
  const job = await run({ url: `${target.url}/echo`, json: {}, sendIdempotencyKey: true });
  expect(echoed(job).headers['idempotency-key']).toBe(job.id);
});

it('redirects are followed, hop by hop guarded, or handed back', async () => {
  const to = encodeURIComponent(`${target.url}/json`);
  expect(await run({ url: `${target.url}/redirect/to?url=${to}&status=302` })).toMatchObject({
    state: 'completed',
    result: { status: 200 },
  });
  const manual = await run({
    url: `${target.url}/redirect/to?url=${to}&status=302`,
    redirect: 'manual',
    accept: '3xx',
  });
  expect(manual).toMatchObject({ state: 'completed', result: { status: 302 } });
  const metadata = encodeURIComponent('http://169.254.169.254/latest/');
  const blocked = await run({ url: `${target.url}/redirect/to?url=${metadata}&status=302` });
  expect(blocked).toMatchObject({ state: 'failed', error: { code: 'blocked_target', retryable: false } });
});

it('a rule that names 2xx looks into an accepted body', async () => {
  const job = await run({
    url: `${target.url}/json`,
    retry: [{ when: '200', bodyMatches: { pointer: '/ok', value: true }, ...fast, limit: 1 }],
  });
  expect(job.attempts).toBe(2);
});

it('attempts are shortened to fit the deadline', async () => {
  const job = await run({ url: `${target.url}/slow/20000`, deadlineSeconds: 3, timeout: { durationInMs: 20_000 } });
  expect(job).toMatchObject({ state: 'failed', attempts: 1 });
  expect(Date.parse(job.endedAt ?? '') - Date.parse(job.createdAt)).toBeLessThan(15_000);
});

it('labels filter, metadata is echoed', async () => {
  const metadata = { z: 1, a: { order: ['kept', null, true] } };
  const job = await run({ url: `${target.url}/json`, labels: ['nightly', 'über'], metadata, callback: receiver.url });
  expect(JSON.stringify(job.metadata)).toBe(JSON.stringify(metadata));
  const page = (await (await ringback.rest('GET', '/v1/jobs?label=nightly')).json()) as JobPage;
  expect(page.jobs.map(({ id }) => id)).toEqual([job.id]);
  const [hook] = await receiver.waitFor(1);
  expect(JSON.parse(hook?.body.toString() ?? '').data.metadata).toEqual(metadata);
});

it('a thin callback tells id and state only, and only the wished events are sent', async () => {
  const job = await run({ url: `${target.url}/json`, callback: { url: receiver.url, payload: 'thin' } });
  const [hook] = await receiver.waitFor(1);
  expect(JSON.parse(hook?.body.toString() ?? '').data).toEqual({ id: job.id, state: 'completed' });
  const silent = await run({ url: `${target.url}/json`, callback: { url: receiver.url, events: ['job.failed'] } });
  expect((await attemptsOf(silent.id)).deliveries).toEqual([]);
});

it('large result bodies are left out of the callback and flagged with a link', async () => {
  const job = await run({ url: `${target.url}/bytes/300000`, callback: receiver.url });
  const [hook] = await receiver.waitFor(1);
  const { result } = JSON.parse(hook?.body.toString() ?? '').data as Job;
  expect(result).toMatchObject({
    body: null,
    omitted: true,
    size: 300_000,
    url: job.result?.url,
  });
  expect(job.result?.omitted).toBe(false);
});

it('a callback is not redirected, and a 410 ends it', async () => {
  receiver.answer({ status: 302, headers: { location: `${target.url}/json` } });
  const job = await run({
    url: `${target.url}/json`,
    callback: { url: receiver.url, retry: { scheduleSeconds: [0] } },
  });
  await expect.poll(async () => (await attemptsOf(job.id)).deliveries[0]?.state).toBe('failed');
  expect((await attemptsOf(job.id)).deliveries[0]?.tries.map((attempt) => attempt.status)).toEqual([302, 302]);
  receiver.answer(410);
  const gone = await run({ url: `${target.url}/json`, callback: receiver.url });
  await expect.poll(async () => (await attemptsOf(gone.id)).deliveries[0]?.state).toBe('failed');
  expect((await attemptsOf(gone.id)).deliveries[0]?.attempts).toBe(1);
  receiver.answer(204);
});

it('500 requests are in flight at once in one worker', async () => {
  const gate = await startGatedTarget();
  try {
    const jobs = Array.from({ length: 500 }, (_, i) => ({ url: `${gate.url}/${i}` }));
    const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
    const ids = body.result.data.results.map((result) => (result.ok ? result.job.id : ''));
    // None is answered before all have arrived.
    await expect.poll(() => gate.total(), { timeout: 60_000, interval: 20 }).toBe(500);
    gate.open();
    const ended = await Promise.all(
      ids.map(async (id) => (await ringback.rest('GET', `/v1/jobs/${id}?wait=60`)).json() as Promise<Job>),
    );
    expect(ended.filter(({ state }) => state !== 'completed')).toEqual([]);
    expect(gate.total()).toBe(500);
  } finally {
    await gate.close();
  }
}, 120_000);
