import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
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
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const fast = { limit: 5, minTimeoutInMs: 10, maxTimeoutInMs: 50 };

async function submit(input: object): Promise<SubmittedJob> {
  const { status, body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect(body).toMatchObject({ result: { data: { id: expect.stringMatching(/^job_[0-9a-z]{26}$/) } } });
  expect(status).toBe(200);
  return body.result.data;
}

async function ended(id: string): Promise<Job> {
  const response = await ringback.rest('GET', `/v1/jobs/${id}?wait=20`);
  return (await response.json()) as Job;
}

async function run(input: object): Promise<Job> {
  return ended((await submit(input)).id);
}

async function attemptsOf(id: string): Promise<JobAttempts> {
  return (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data;
}

describe('the main job', () => {
  it('is accepted at once, retried by its rules, and reported by a callback that verifies', async () => {
    const job = await submit({
      url: `${target.url}/plan?key=main&statuses=429,503,200`,
      method: 'POST',
      json: { hello: 'world' },
      retry: { '429': { strategy: 'backoff', ...fast }, '5xx': { strategy: 'backoff', ...fast } },
      callback: `${receiver.url}/hook`,
    });
    expect(job).toMatchObject({ state: 'queued', attempts: 0, replayed: false, result: null });
    const [hook] = await receiver.waitFor(1);
    const secret = ringback.credentials.webhookSecret;
    const event = new Webhook(secret).verify(hook?.body ?? '', hook?.headers as Record<string, string>) as {
      type: string;
      data: Job;
    };
    expect(event.type).toBe('job.completed');
    expect(event.data).toMatchObject({ id: job.id, state: 'completed', attempts: 3, result: { status: 200 } });
    expect(event.data).toEqual(
      (await ringback.call<Job>('jobs.get', { id: job.id }, { query: true })).body.result.data,
    );
    await expect.poll(async () => (await attemptsOf(job.id)).deliveries[0]?.state).toBe('delivered');
    const { attempts, deliveries } = await attemptsOf(job.id);
    expect(
      attempts.map((attempt) => [attempt.number, attempt.status, attempt.decision?.rule, attempt.decision?.then]),
    ).toEqual([
      [1, 429, '429', 'retry'],
      [2, 503, '5xx', 'retry'],
      [3, 200, 'accept', 'complete'],
    ]);
    expect(deliveries).toMatchObject([{ state: 'delivered', type: 'job.completed', tries: [{ status: 204 }] }]);
  });

  it('keeps response bytes exactly, binary ones as base64 and raw', async () => {
    const job = await run({ url: `${target.url}/bytes/70000` });
    expect(job.result).toMatchObject({ encoding: 'base64', size: 70_000, truncated: false });
    const raw = await ringback.rest('GET', `/v1/jobs/${job.id}/result`);
    const bytes = Buffer.from(await raw.arrayBuffer());
    expect(bytes.toString('base64')).toBe(job.result?.body);
    expect(raw.headers.get('content-type')).toBe(job.result?.contentType);
  });

  it('fails with the response it got when no rule retries', async () => {
    const job = await run({ url: `${target.url}/status/404`, callback: receiver.url });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'bad_status' }, result: { status: 404 }, attempts: 1 });
    const [hook] = await receiver.waitFor(1);
    expect(JSON.parse(hook?.body.toString() ?? '')).toMatchObject({
      type: 'job.failed',
      data: { state: 'failed', result: { status: 404 } },
    });
  });

  it('completes with any status when asked to keep whatever came back', async () => {
    expect(await run({ url: `${target.url}/status/404`, accept: 'any' })).toMatchObject({
      state: 'completed',
      result: { status: 404 },
    });
  });

  it('ends an attempt at its total time', async () => {
    const job = await run({ url: `${target.url}/slow/5000`, timeout: { durationInMs: 1000, retry: { limit: 0 } } });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'timeout' }, result: null });
  });

  it('fails a response over the limit, or keeps its beginning when asked to', async () => {
    const over = 11 * 1024 * 1024;
    const failed = await run({ url: `${target.url}/bytes/${over}` });
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'response_too_large' },
      result: { truncated: true },
    });
    const kept = await run({ url: `${target.url}/bytes/${over}`, onOversize: 'truncate' });
    expect(kept).toMatchObject({ state: 'completed', result: { truncated: true, size: 10 * 1024 * 1024 } });
  });

  it('sends the same id and the same bytes on every attempt of a callback', async () => {
    receiver.answer((_received, index) => (index < 2 ? 503 : 204));
    const job = await submit({
      url: `${target.url}/json`,
      callback: { url: receiver.url, retry: { scheduleSeconds: [0, 0, 0] } },
    });
    const received = await receiver.waitFor(3);
    expect(new Set(received.map((one) => one.headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map((one) => one.body.toString('base64'))).size).toBe(1);
    await expect.poll(async () => (await attemptsOf(job.id)).deliveries[0]?.state).toBe('delivered');
  });

  it('puts a result that is kept for no time into the callback and nowhere else', async () => {
    const job = await submit({ url: `${target.url}/json`, resultTtlSeconds: 0, callback: receiver.url });
    const [hook] = await receiver.waitFor(1);
    expect(JSON.parse(hook?.body.toString() ?? '').data.result).toMatchObject({ status: 200 });
    expect(await ended(job.id)).toMatchObject({
      state: 'completed',
      result: null,
      resultExpiredAt: expect.any(String),
    });
    expect((await ringback.rest('GET', `/v1/jobs/${job.id}/result`)).status).toBe(410);
  });

  it('forgets a result when its time is over, and keeps the job', async () => {
    const job = await run({ url: `${target.url}/json`, resultTtlSeconds: 3, method: 'POST', json: { a: 1 } });
    expect(job.result).not.toBeNull();
    await expect
      .poll(async () => (await ended(job.id)).resultExpiredAt, { timeout: 15_000 })
      .toBe(job.result?.expiresAt);
    const gone = await ringback.rest('GET', `/v1/jobs/${job.id}/result`);
    expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([410, 'result_expired']);
    await expect
      .poll(
        async () =>
          (await ringback.db.pool.query('select 1 from result union all select 1 from job_body limit 1')).rowCount,
        { timeout: 15_000 },
      )
      .toBeGreaterThanOrEqual(0);
    expect(await ended(job.id)).toMatchObject({ state: 'completed', result: null });
  });

  it('waits until its time, and runs then', async () => {
    const job = await submit({ url: `${target.url}/json`, delaySeconds: 1 });
    expect(job.state).toBe('scheduled');
    const done = await ended(job.id);
    expect(Date.parse(done.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(job.runAt ?? ''));
    expect(done.state).toBe('completed');
  });

  it('fails when its deadline passes while it waits', async () => {
    const job = await run({ url: `${target.url}/json`, delaySeconds: 60, deadlineSeconds: 1 });
    expect(job).toMatchObject({ state: 'failed', attempts: 0, error: { code: 'deadline_exceeded' } });
  });

  it('refuses to reach a private address and names the cure', async () => {
    const { body } = await ringback.call('jobs.submit', { url: 'http://10.1.2.3/' });
    expect(body.error.data).toMatchObject({ code: 'blocked_target', field: 'url' });
    expect(body.error.message).toContain('RINGBACK_EGRESS_ALLOW');
  });
});

describe('cancelling', () => {
  it('aborts a running request, reports it once, and is idempotent', async () => {
    const job = await submit({ url: `${target.url}/slow/20000`, callback: receiver.url });
    await expect.poll(() => target.hits('/slow/20000')).toBeGreaterThan(0);
    const first = await ringback.call<Job>('jobs.cancel', { id: job.id });
    const second = await ringback.call<Job>('jobs.cancel', { id: job.id });
    expect(first.body.result.data).toMatchObject({ state: 'cancelled', error: null });
    expect(second.body.result.data).toEqual(first.body.result.data);
    const [hook] = await receiver.waitFor(1);
    expect(JSON.parse(hook?.body.toString() ?? '').type).toBe('job.cancelled');
    const { attempts, deliveries } = await attemptsOf(job.id);
    expect(attempts).toMatchObject([{ number: 1, outcome: 'cancelled' }]);
    expect(deliveries).toHaveLength(1);
  });

  it('cancels a job that waits', async () => {
    const job = await submit({ url: `${target.url}/json`, delaySeconds: 3600 });
    expect((await ringback.call<Job>('jobs.cancel', { id: job.id })).body.result.data).toMatchObject({
      state: 'cancelled',
      attempts: 0,
    });
  });
});

describe('running again', () => {
  it('makes a new job from an ended one', async () => {
    const first = await run({
      url: `${target.url}/echo`,
      method: 'POST',
      json: { a: 1 },
      headers: { authorization: redacted('Bearer s3cret') },
      keepSecretsSeconds: 60,
    });
    const again = await ringback.call<SubmittedJob>('jobs.rerun', { id: first.id });
    expect(again.body.result.data).toMatchObject({ rerunOf: first.id, replayed: false });
    const done = await ended(again.body.result.data.id);
    expect(JSON.parse(done.result?.body ?? '').headers.authorization).toBe('Bearer s3cret');
  });

  it('asks for secrets that were erased, and takes them in the edits', async () => {
    const first = await run({ url: `${target.url}/echo`, headers: { authorization: 'Bearer one', 'x-plain': 'kept' } });
    const refused = await ringback.call('jobs.rerun', { id: first.id });
    expect(refused.body.error.data).toMatchObject({ code: 'secrets_erased', field: 'edits.headers' });
    const again = await ringback.call<SubmittedJob>('jobs.rerun', {
      id: first.id,
      edits: { headers: { authorization: 'Bearer two' } },
    });
    const done = await ended(again.body.result.data.id);
    expect(JSON.parse(done.result?.body ?? '').headers).toMatchObject({
      authorization: 'Bearer two',
      'x-plain': 'kept',
    });
  });
});

function redacted(text: string): object {
  return { $redacted: { strings: ['', ''], values: [text] } };
}
