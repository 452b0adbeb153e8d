import { describe, expect, it } from 'vitest';
import { type CaptureFetch, createRingback, type JobEvent, type Resumable } from '#src/client/index.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import {
  type Answer,
  aJob,
  apiKey,
  completed,
  data,
  down,
  fakeFetch,
  problem,
  url,
} from '#test/unit/client/fake-ringback.ts';

const target = 'https://api.test/v1/things';
const post = (fetch: CaptureFetch, body: BodyInit = 'x', headers: Record<string, string> = {}) =>
  fetch(target, { method: 'POST', body, headers });

/** The key of a job that was captured from `make`. */
async function keyOf(make: (fetch: CaptureFetch) => Promise<unknown> = post): Promise<string> {
  const { fetch, calls } = fakeFetch(data(aJob()));
  await createRingback({ url, apiKey, fetch }).capture(make);
  const [submission] = calls.map((call) => call.input as { idempotencyKey: string });
  return submission?.idempotencyKey ?? '';
}

function client(...answers: Answer[]) {
  const { fetch, calls } = fakeFetch(...answers);
  return { ringback: createRingback({ url, apiKey, fetch }), calls };
}

async function captured(job: SubmittedJob): Promise<Job> {
  return { ...job, idempotencyKey: await keyOf() };
}

const anEvent = (job: Partial<Job>): JobEvent =>
  ({ type: `job.${job.state}`, id: 'evt_1', timestamp: '', data: job }) as JobEvent;

/** A job that failed with the response of this status. */
const failedWith = (status: number, headers: Record<string, string> = {}): SubmittedJob => ({
  ...completed('{"error":1}', { status, headers }),
  state: 'failed',
  error: { code: 'http_status', message: `answered ${status}`, retryable: false } as never,
});

describe('resume', () => {
  it('gives the call the response of the event, and resolves with what the call does', async () => {
    const { ringback, calls } = client();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-a': '1' };
    const job = await captured(completed('{"a":1}', { headers }));
    for (const given of [job, anEvent(job)]) {
      const seen = await ringback.resume(given, async (f) => {
        const response = await post(f);
        return { facts: [response.url, response.statusText, response.headers.get('x-a')], json: await response.json() };
      });
      expect(seen).toEqual({ facts: [target, 'OK', '1'], json: { a: 1 } });
      const encoding = await ringback.resume(given, async (f) => (await post(f)).headers.get('content-encoding'));
      expect(encoding).toBe(null);
    }
    const empty = await captured(completed('', { status: 204 }));
    expect(await ringback.resume(empty, async (f) => (await post(f)).body)).toBe(null);
    expect(calls).toEqual([]);
  });

  it('answers a failed job with its response, which SDKs do not ask for again', async () => {
    const { ringback } = client();
    const job = await captured(failedWith(429));
    const seen = await ringback.resume(anEvent(job), async (f) => {
      const first = await post(f);
      const again = await post(f);
      return [first.status, first.headers.get('x-should-retry'), again.status, await again.text()];
    });
    expect(seen).toEqual([429, 'false', 429, '{"error":1}']);
  });

  it('fails as fetch does when there was no response', async () => {
    const { ringback } = client();
    const error = { code: 'timeout', message: 'too slow', retryable: false } as never;
    const job = await captured(aJob({ state: 'failed', error }));
    const failed = ringback.resume(anEvent(job), (f) => post(f));
    await expect(failed).rejects.toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    await expect(failed).rejects.toMatchObject({ cause: { name: 'JobFailedError', code: 'timeout' } });
    const cancelled = ringback.resume(anEvent(await captured(aJob({ state: 'cancelled' }))), (f) => post(f));
    await expect(cancelled).rejects.toMatchObject({ cause: { code: 'cancelled' } });
  });

  it('names what differs in another request, also when the call hides errors', async () => {
    const { ringback } = client();
    const job = await captured(completed('{}'));
    const others: [string, (f: CaptureFetch) => Promise<unknown>][] = [
      ['another body.', (f) => post(f, 'y')],
      ['another URL.', (f) => f(`${target}?page=2`, { method: 'POST', body: 'x' })],
      ['another method.', (f) => f(target, { method: 'PUT', body: 'x' })],
      ['another content type.', (f) => post(f, 'x', { 'content-type': 'a/b' })],
      ['another URL, content type, body.', (f) => f('https://b.test', { method: 'POST' })],
    ];
    for (const [what, make] of others) {
      const resumed = ringback.resume(job, (f) => make(f).catch(() => 'hidden'));
      await expect(resumed).rejects.toMatchObject({ code: 'capture_mismatch', message: expect.stringContaining(what) });
    }
  });

  it('refuses a second request, a call without one, and a job that was not captured', async () => {
    const { ringback } = client();
    const job = await captured(completed('{}'));
    const two = ringback.resume(job, async (f) => {
      await post(f);
      return post(f);
    });
    await expect(two).rejects.toMatchObject({ code: 'capture_second_request' });
    await expect(ringback.resume(job, async () => 5)).rejects.toMatchObject({ code: 'capture_no_request' });
    await expect(ringback.resume(completed('{}'), (f) => post(f))).rejects.toMatchObject({ code: 'capture_mismatch' });
  });

  it('loads a body that was left out, without the key, and again after a failure', async () => {
    const { ringback, calls } = client(down(), new Response('{"large":1}'));
    const job = await captured(
      completed('', { omitted: true, body: null, url: 'https://r.test/v1/jobs/1/result?s=1' }),
    );
    expect(await ringback.resume(anEvent(job), async (f) => (await post(f)).json())).toEqual({ large: 1 });
    expect(calls.map((call) => [call.path, call.headers.get('authorization')])).toEqual([
      ['/v1/jobs/1/result?s=1', null],
      ['/v1/jobs/1/result?s=1', null],
    ]);
  });

  it('asks for the job of a thin event, and for the job that a rerun repeats', async () => {
    const job = await captured(completed('{"a":1}'));
    const thin = client(data(job));
    const event = anEvent({ id: job.id, state: 'completed' });
    expect(await thin.ringback.resume(event, async (f) => (await post(f)).json())).toEqual({ a: 1 });
    const rerun = client(data(job));
    const again = { ...completed('{"b":1}'), id: 'job_2', rerunOf: job.id };
    expect(await rerun.ringback.resume(anEvent(again), async (f) => (await post(f)).json())).toEqual({ b: 1 });
    expect(rerun.calls).toHaveLength(1);
  });

  it('names a result that has expired, of any state, and a job that has not ended', async () => {
    const made: string[] = [];
    const make = async (f: CaptureFetch) => made.push((await post(f)).statusText);
    const resultExpiredAt = '2026-11-21T00:00:00.000Z';
    for (const state of ['completed', 'failed'] as const) {
      const gone = await captured(aJob({ state, resultExpiredAt }));
      await expect(client().ringback.resume(gone, make)).rejects.toMatchObject({ code: 'result_expired' });
    }
    const omitted = await captured(completed('', { omitted: true, body: null }));
    const link = client(problem(410, 'result_expired')).ringback.resume(anEvent(omitted), make);
    await expect(link).rejects.toMatchObject({ code: 'result_expired' });
    const early: Resumable[] = [
      await captured(aJob({ state: 'retrying' })),
      { ...anEvent(await captured(failedWith(500))), type: 'job.attempt_failed' } as never,
    ];
    for (const one of early) {
      await expect(client().ringback.resume(one, make)).rejects.toMatchObject({ code: 'not_ended' });
    }
    expect(made).toEqual([]);
  });
});
