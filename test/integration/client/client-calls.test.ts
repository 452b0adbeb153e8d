import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRingback, type Job, type Ringback, redactString, verifyCallback } from '#src/client/index.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let target: Receiver;
let hooks: Receiver;
let ringback: Ringback;

beforeAll(async () => {
  server = await startRingback({ env: { RINGBACK_EGRESS_ALLOW: '127.0.0.0/8' } });
  target = await startReceiver();
  target.answer((request) => {
    const replies = answers.get(request.path) ?? [];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    return { headers: { 'content-type': 'application/json' }, ...(reply ?? { status: 404 }) };
  });
  hooks = await startReceiver();
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
});

afterAll(async () => {
  await server.close();
  await target.close();
  await hooks.close();
});

const answers = new Map<string, { status: number; body?: string }[]>();

/** Makes the target answer requests to a path so, one after another; the last holds from then on. */
function answer(path: string, ...replies: { status: number; body?: string }[]): string {
  answers.set(path, replies);
  return target.url + path;
}

const sentTo = (path: string) => target.received.filter((request) => request.path === path);

describe('the client with a real Ringback', () => {
  it('submits bytes and a secret, waits, and reads the job, its tries and its place in the list', async () => {
    const url = answer('/echo', { status: 200, body: '{"ok":true}' });
    const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256);
    const headers = { authorization: redactString`Bearer ${'s3cret'}` };
    const submitted = await ringback.submit({
      url,
      body: bytes,
      headers,
      labels: ['echo'],
      timeout: { durationInMs: '5s' },
    });
    const job = await ringback.wait(submitted.id, { timeoutMs: 20_000 });
    expect(job).toMatchObject({
      state: 'completed',
      result: { status: 200, body: '{"ok":true}' },
      headers: { authorization: 'Bearer ********' },
    });
    expect(Uint8Array.from(sentTo('/echo')[0]?.body ?? [])).toEqual(bytes);
    expect(sentTo('/echo')[0]?.headers.authorization).toBe('Bearer s3cret');
    expect(await ringback.get(job.id)).toEqual(job);
    expect(await ringback.getMany([job.id])).toEqual([job]);
    expect((await ringback.attempts(job.id)).attempts).toMatchObject([{ number: 1, status: 200 }]);
    expect((await ringback.list({ label: 'echo' })).jobs).toMatchObject([{ id: job.id }]);
  });

  it('makes one job of a submission whose answer was lost', async () => {
    const url = answer('/once', { status: 200, body: '{}' });
    let lost = 0;
    const careless: typeof fetch = async (...args) => {
      const response = await fetch(...args);
      if (lost++ > 0) return response;
      await response.text();
      throw new TypeError('terminated');
    };
    const job = await createRingback({ url: server.url, apiKey: server.credentials.apiKey, fetch: careless }).submit({
      url,
    });
    expect(job.replayed).toBe(true);
    await ringback.wait(job.id, { timeoutMs: 20_000 });
    expect(sentTo('/once')).toHaveLength(1);
  });

  it('submits many, of which a bad one fails alone', async () => {
    const url = answer('/many', { status: 200, body: '{}' });
    const [good, bad] = await ringback.submitMany([{ url }, { url: 'ftp://x' }]);
    expect(good).toMatchObject({ ok: true, job: { method: 'GET' } });
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid_url' } });
  });

  it('simulates a policy, with bodies too long for a URL, and says what is wrong with one', async () => {
    const headers = { authorization: redactString`Bearer ${'s3cret'}`, 'idempotency-key': 'k' };
    const simulated = await ringback.simulate({ method: 'POST', headers, retry: 'openai' }, [
      { status: 503, body: 'x'.repeat(100_000) },
      200,
    ]);
    expect(simulated).toMatchObject({ end: 'completed', error: null, attempts: [{ number: 1 }, { number: 2 }] });
    expect(simulated.attempts[0]?.delayMs?.min).toBeGreaterThan(0);
    const bad = ringback.simulate({ retry: { '5xx': { limit: -1 } } }, [503]);
    await expect(bad).rejects.toMatchObject({ code: 'invalid_retry', field: 'job.retry.5xx.limit' });
  });

  it('cancels, and runs again', async () => {
    const url = answer('/later', { status: 200, body: '{}' });
    const job = await ringback.submit({ url, delaySeconds: '1h' });
    expect(await ringback.cancel(job.id)).toMatchObject({ state: 'cancelled' });
    const again = await ringback.rerun(job.id, { headers: { 'x-again': '1' } });
    expect(again).toMatchObject({ rerunOf: job.id });
  });

  it('follows a job over the subscription', async () => {
    const url = answer('/followed', { status: 200, body: '{}' });
    const { id } = await ringback.submit({ url });
    const seen: Job[] = [];
    await new Promise<void>((resolve, reject) => {
      ringback.trpc.jobs.wait.subscribe(
        { id },
        { onData: (job) => void seen.push(job), onComplete: resolve, onError: reject },
      );
    });
    expect(seen.at(-1)).toMatchObject({ id, state: 'completed' });
  });

  it('makes more calls in one tick than the server takes in one batch', async () => {
    const { id } = await ringback.submit({ url: answer('/tick', { status: 200, body: '{}' }) });
    const calls = Array.from({ length: 25 }, () => ringback.trpc.jobs.get.query({ id }));
    expect((await Promise.all(calls)).map((job) => job.id)).toEqual(Array(25).fill(id));
  });

  it('says what was refused', async () => {
    const wrongKey = createRingback({ url: server.url, apiKey: 'rbk_wrong' });
    await expect(wrongKey.get('job_1')).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    await expect(wrongKey.wait('job_1')).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    const missing = 'job_00000000000000000000000000';
    await expect(ringback.get(missing)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(ringback.wait(missing)).rejects.toMatchObject({
      code: 'not_found',
      status: 404,
      requestId: expect.any(String),
    });
    const refused = ringback.submit({ url: target.url, maxAttempts: 0 });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_input', field: 'maxAttempts', status: 400 });
  });

  it('verifies the callback of a job it submitted', async () => {
    const url = answer('/called-back', { status: 200, body: '{"n":1}' });
    const { id } = await ringback.submit({ url, callback: `${hooks.url}/hook` });
    const [hook] = await hooks.waitFor(1);
    if (!hook) throw new Error('no callback came');
    const event = await verifyCallback(hook, server.credentials.webhookSecret);
    expect(event).toMatchObject({
      type: 'job.completed',
      data: { id, state: 'completed', result: { body: '{"n":1}' } },
    });
    expect(event.data).toEqual(await ringback.get(id));
  });
});

describe('a run with a real Ringback', () => {
  it('fetches in the background, with retries, and finds the same job when it starts over', async () => {
    const url = answer('/flaky', { status: 500 }, { status: 200, body: '{"n":2}' });
    const retry = { '5xx': { strategy: 'backoff' as const, limit: 2, minTimeoutInMs: 1, maxTimeoutInMs: 5 } };
    const start = () =>
      ringback.run('run_1').backgroundFetch<{ n: number }>('key', url, { method: 'POST', body: 'x' }, retry);
    expect(await Promise.all([start(), start()])).toEqual([{ n: 2 }, { n: 2 }]);
    expect(await start()).toEqual({ n: 2 });
    expect(sentTo('/flaky')).toHaveLength(2);
  });

  it('throws what the target said, after one try, when no retry was asked for', async () => {
    const url = answer('/broken', { status: 503, body: '{"reason":"full"}' });
    const fetched = ringback.run('run_1').backgroundFetch('broken', url);
    await expect(fetched).rejects.toMatchObject({
      name: 'JobFailedError',
      code: 'bad_status',
      status: 503,
      body: { reason: 'full' },
    });
    expect(sentTo('/broken')).toHaveLength(1);
  });
});
