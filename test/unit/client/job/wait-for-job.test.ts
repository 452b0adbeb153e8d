import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { aJob, apiKey, completed, fakeFetch, never, problem, url } from '#test/unit/client/fake-ringback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const held = (ms: number) => () =>
  new Promise<Response>((resolve) => setTimeout(() => resolve(Response.json(aJob({ state: 'in_progress' }))), ms));
const ended = Response.json(completed('{}'));

function waiting(...answers: Parameters<typeof fakeFetch>) {
  const { fetch, calls } = fakeFetch(...answers);
  const { wait } = createRingback({ url, apiKey, fetch });
  const go = async (options?: Parameters<typeof wait>[1]) => {
    const begun = performance.now();
    let tookMs = -1;
    const outcome = wait('job_1', options)
      .then(
        (job) => ({ job, error: undefined }),
        (error: unknown) => ({ job: undefined, error }),
      )
      .finally(() => {
        tookMs = performance.now() - begun;
      });
    await vi.runAllTimersAsync();
    return { ...(await outcome), tookMs };
  };
  return { go, calls, wait };
}

describe('waiting for a job', () => {
  it('asks Ringback to hold its answer, again and again, until the job has ended', async () => {
    const { go, calls } = waiting(held(25_000), held(25_000), ended);
    expect((await go()).job).toEqual(completed('{}'));
    expect(calls.map(({ path }) => path)).toEqual(Array(3).fill('/v1/jobs/job_1?wait=25'));
    expect(calls[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`);
  });

  it('resolves with jobs that failed or were cancelled too', async () => {
    for (const state of ['failed', 'cancelled'] as const) {
      expect((await waiting(Response.json(aJob({ state }))).go()).job).toMatchObject({ state });
    }
  });

  it('does not ask more than once a second when answers are not held', async () => {
    const open = Response.json(aJob());
    const { go, calls } = waiting(open, open, open, ended);
    expect((await go()).tookMs).toBe(3_000);
    expect(calls).toHaveLength(4);
  });

  it('outlives connections that break, servers that restart, and proxies that lose patience', async () => {
    const broken = new TypeError('terminated');
    const { go, calls } = waiting(
      held(25_000),
      broken,
      problem(503, 'unavailable'),
      new Response('', { status: 504 }),
      broken,
      broken,
      broken,
      broken,
      ended,
    );
    expect((await go()).job).toMatchObject({ state: 'completed' });
    expect(calls).toHaveLength(9);
  });

  it('takes a connection for dead that stays silent much longer than it should', async () => {
    const { go } = waiting(never, ended);
    const { job, tookMs } = await go();
    expect(job).toMatchObject({ state: 'completed' });
    expect(tookMs).toBeGreaterThanOrEqual(40_000);
    expect(tookMs).toBeLessThanOrEqual(41_000);
  });

  it('outlives a server that is gone from the first moment, for as long as it may wait', async () => {
    const gone = Array.from({ length: 40 }, () => new TypeError('fetch failed'));
    const { go, calls } = waiting(...gone, ended);
    const { job, tookMs } = await go();
    expect(job).toMatchObject({ state: 'completed' });
    expect(calls).toHaveLength(41);
    // No pause is longer than half a minute, whatever went before or is asked for.
    expect(tookMs).toBeLessThan(40 * 30_000);
    const busy = waiting(problem(503, 'unavailable', { 'retry-after': '86400' }), ended);
    expect((await busy.go()).tookMs).toBeLessThanOrEqual(60_000);
  });

  it('outlives answers that are cut in the middle', async () => {
    const cut = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"id":"job_1","sta'));
          controller.error(new TypeError('terminated'));
        },
      });
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    };
    const { go, calls } = waiting(cut, cut, ended);
    expect((await go()).job).toMatchObject({ state: 'completed' });
    expect(calls).toHaveLength(3);
  });

  it('ends by its own limit when the server is gone for good, and says why nothing was seen', async () => {
    const { error, tookMs } = await waiting(new TypeError('fetch failed')).go({ timeoutMs: 60_000 });
    expect(error).toMatchObject({ code: 'wait_timeout', cause: { code: 'network_error' } });
    expect(tookMs).toBe(60_000);
  });

  it('ends at once when it is refused', async () => {
    const { go, calls } = waiting(problem(404, 'not_found'));
    expect((await go()).error).toMatchObject({
      name: 'RingbackError',
      code: 'not_found',
      status: 404,
      requestId: 'r1',
      message: 'refused: not_found',
    });
    expect(calls).toHaveLength(1);
  });
});

describe('waiting only so long', () => {
  it('shortens the last round and says in which state the job was', async () => {
    const { go, calls } = waiting(held(25_000), held(5_000));
    const { error, tookMs } = await go({ timeoutMs: 30_000 });
    expect(error).toMatchObject({ code: 'wait_timeout', message: expect.stringContaining('in_progress') });
    expect(calls.map(({ path }) => path)).toEqual(['/v1/jobs/job_1?wait=25', '/v1/jobs/job_1?wait=5']);
    expect(tookMs).toBe(30_000);
  });

  it('keeps to it to the millisecond while answers come, and takes one last look', async () => {
    const { go, calls } = waiting(held(1_000), Response.json(aJob()), Response.json(aJob()));
    const { error, tookMs } = await go({ timeoutMs: 1_500 });
    expect(error).toMatchObject({ code: 'wait_timeout' });
    expect(tookMs).toBe(1_500);
    expect(calls).toHaveLength(3);
  });

  it('is hardly late when nothing answers', async () => {
    const { error, tookMs } = await waiting(never).go({ timeoutMs: 3_000 });
    expect(error).toMatchObject({ code: 'wait_timeout' });
    expect(tookMs).toBe(5_000);
  });

  it('looks once when there is no time at all', async () => {
    const { go, calls } = waiting(ended);
    expect((await go({ timeoutMs: 0 })).job).toMatchObject({ state: 'completed' });
    expect(calls.map(({ path }) => path)).toEqual(['/v1/jobs/job_1?wait=0']);
  });

  it('ends with the reason of its signal: before, during and between requests', async () => {
    const reason = new Error('enough');
    expect((await waiting(ended).go({ signal: AbortSignal.abort(reason) })).error).toBe(reason);
    for (const answer of [never, new TypeError('fetch failed'), Response.json(aJob())]) {
      const { wait, calls } = waiting(answer);
      const stop = new AbortController();
      const outcome = wait('job_1', { signal: stop.signal }).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(100);
      stop.abort(reason);
      expect(await outcome).toBe(reason);
      expect(calls).toHaveLength(1);
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});
