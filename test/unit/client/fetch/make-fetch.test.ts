import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFetch, createRingback, fetch as ready, redactString } from '#src/client/index.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import {
  type Answer,
  aJob,
  apiKey,
  type Call,
  completed,
  data,
  down,
  fakeFetch,
  isSubmission,
  never,
  problem,
  refusal,
  settled,
  submitted,
  url,
} from '#test/unit/client/fake-ringback.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  return () => vi.useRealTimers();
});

const target = 'https://api.test/v1/things';

type Sent = { input: Record<string, unknown>; headers: Record<string, string> };

/** A fetch whose jobs all end with `job`, and what was submitted. */
function fetchTo(job: SubmittedJob | Answer = completed('{}'), options: Parameters<typeof createFetch>[0] = {}) {
  const ended = job instanceof Response || job instanceof Error || job instanceof Promise ? job : Response.json(job);
  const { fetch, calls } = fakeFetch(
    (call) => answerTo(call),
    (call) => answerTo(call),
  );
  const answerTo = (call: Call): Answer =>
    isSubmission(call)
      ? submitted(call)
      : call.path.endsWith('jobs.cancel')
        ? data(aJob({ state: 'cancelled' }))
        : ended;
  const sent = (): Sent[] =>
    calls
      .filter((call) => isSubmission(call))
      .map((call) => {
        const input = call.input as Record<string, unknown>;
        return { input, headers: input.headers as Record<string, string> };
      });
  return { ringback: createFetch({ url, apiKey, fetch, ...options }), calls, sent };
}

const textOf = (body: unknown) => Buffer.from((body as { base64: string }).base64, 'base64').toString('latin1');

describe('the request of a Ringback fetch', () => {
  it('is read from a URL, text or a Request, with init before the Request', async () => {
    const { ringback, sent } = fetchTo();
    const request = new Request(target, { method: 'PUT', body: 'whole', headers: { 'x-a': '1' } });
    await ringback(target);
    await ringback(new URL(`${target}#part`));
    await ringback(request);
    await ringback(new Request(target, { method: 'PUT', body: 'whole' }), {
      method: 'post',
      body: 'other',
      headers: { 'x-b': '2' },
    });
    expect(sent().map(({ input }) => [input.method, input.url])).toEqual([
      ['GET', target],
      ['GET', target],
      ['PUT', target],
      ['POST', target],
    ]);
    expect(sent()[2]).toMatchObject({ headers: { 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8' } });
    expect([textOf(sent()[2]?.input.body), sent()[3]?.input.body]).toEqual(['whole', 'other']);
    expect(sent()[3]?.headers).toEqual({ 'x-b': '2', 'content-type': 'text/plain;charset=UTF-8' });
    expect(request.bodyUsed).toBe(true);
  });

  it('carries every kind of body, with the content type that fetch gives it', async () => {
    const { ringback, sent } = fetchTo();
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('stream'));
        controller.close();
      },
    });
    async function* parts() {
      yield new TextEncoder().encode('par');
      yield new TextEncoder().encode('ts');
    }
    const bodies = [
      new URLSearchParams({ a: 'ü' }),
      new Blob(['blob'], { type: 'a/b' }),
      stream,
      new Uint8Array([1, 255]),
      parts(),
    ];
    for (const body of bodies) await ringback(target, { method: 'POST', body: body as BodyInit });
    expect(sent().map(({ input, headers }) => [textOf(input.body), headers['content-type']])).toEqual([
      ['a=%C3%BC', 'application/x-www-form-urlencoded;charset=UTF-8'],
      ['blob', 'a/b'],
      ['stream', undefined],
      ['\u0001\u00ff', undefined],
      ['parts', undefined],
    ]);
    await ringback(target, { method: 'POST', body: 'a\u0000b\ud800' });
    expect(textOf(sent().at(-1)?.input.body)).toBe('a\u0000b\u00ef\u00bf\u00bd');
  });

  it('has the same bytes for the same form, given as a body or within a Request', async () => {
    const { ringback, sent } = fetchTo();
    const form = () => {
      const made = new FormData();
      made.set('file', new Blob([new Uint8Array([0, 255])]), 'a.bin');
      return made;
    };
    await ringback(target, { method: 'POST', body: form() });
    await ringback(new Request(target, { method: 'POST', body: form() }));
    const [one, two] = sent();
    expect(one?.input.body).toEqual(two?.input.body);
    expect([one?.headers, two?.headers]).toEqual(
      Array(2).fill({ 'content-type': 'multipart/form-data; boundary=ringback-form-0' }),
    );
  });

  it('leaves out the headers about the connection, and keeps secret ones secret', async () => {
    const { ringback, sent } = fetchTo();
    const left = [
      'host',
      'content-length',
      'connection',
      'te',
      'expect',
      'traceparent',
      'webhook-id',
      'accept-encoding',
      'keep-alive',
    ];
    const secret = redactString`Bearer ${'x'}`;
    const headers = { ...Object.fromEntries(left.map((name) => [name, 'x'])), 'X-Kept': '1', 'x-secret': secret };
    await ringback(target, { headers });
    await ringback(target, {
      headers: new Headers({ 'Proxy-Authorization': 'a', 'proxy-foo': 'b', 'WEBHOOK-X': 'c' }),
    });
    expect(sent()[0]?.headers).toEqual({
      'X-Kept': '1',
      'x-secret': { $redacted: { strings: ['Bearer ', ''], values: ['x'] } },
    });
    expect(sent()[1]?.headers).toEqual({ 'proxy-authorization': 'a' });
  });

  it('is refused as fetch refuses it, before anything is sent', async () => {
    const { ringback, calls } = fetchTo();
    await expect(ringback('nonsense')).rejects.toThrow(TypeError);
    await expect(ringback('https://user:pw@api.test/')).rejects.toThrow(/user name or password/);
    await expect(ringback(target, { body: 'x' })).rejects.toThrow('Request with GET/HEAD method cannot have body.');
    const tooLarge = ringback(target, { method: 'POST', body: 'x'.repeat(8 * 1024 ** 2 + 1) });
    await expect(tooLarge).rejects.toMatchObject({ code: 'body_too_large', message: expect.stringContaining('8 MiB') });
    const endless = ringback(target, { headers: { accept: 'text/event-stream' } });
    await expect(endless).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('may never end'),
    });
    expect(calls).toEqual([]);
    expect(await (await ringback('data:text/plain,hello')).text()).toBe('hello');
  });

  it('has options of the fetch and of the call, and the preset of its API', async () => {
    const { ringback, sent } = fetchTo(completed('{}'), { labels: ['a'], timeout: { durationInMs: '2m' } });
    await ringback(target);
    await ringback(target, { ringback: { labels: ['b'], retry: 'none', idempotencyKey: 'mine' } });
    await ringback('https://api.openai.com/v1/x');
    await ringback(target, { headers: { 'anthropic-version': '1', 'x-stainless-retry-count': '0' } });
    await ringback(target, { headers: { 'X-Stainless-Retry-Count': '0' }, redirect: 'manual' });
    expect(sent().map(({ input }) => input)).toMatchObject([
      { labels: ['a'], timeout: { durationInMs: '2m' }, accept: '2xx,3xx', redirect: 'follow' },
      { labels: ['b'], timeout: { durationInMs: '2m' }, retry: 'none', idempotencyKey: 'mine' },
      { retry: 'openai' },
      { retry: 'anthropic' },
      { retry: 'openai', redirect: 'manual' },
    ]);
    expect(sent()[0]?.input).not.toHaveProperty('retry');
    expect(new Set(sent().map(({ input }) => input.idempotencyKey)).size).toBe(5);
  });
});

describe('the response of a Ringback fetch', () => {
  it('is native, with URL, text of the status, and no headers about the wire', async () => {
    const headers = {
      'content-encoding': 'gzip',
      'content-length': '9',
      'transfer-encoding': 'chunked',
      connection: 'x',
      'x-a': '1',
    };
    const { ringback } = fetchTo(completed('{"n":1}', { status: 201, headers }));
    const response = await ringback(`${target}#part`);
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.statusText, response.ok, response.url]).toEqual([201, 'Created', true, target]);
    expect([...response.headers]).toEqual([['x-a', '1']]);
    const clone = response.clone();
    expect([clone.url, await clone.json(), await response.json()]).toEqual([target, { n: 1 }, { n: 1 }]);
  });

  it('has no body with 204, 205 and 304, nor after HEAD, and a length of 0 where it was 0', async () => {
    for (const status of [204, 205, 304]) {
      const { ringback } = fetchTo(completed('', { status, headers: { 'content-length': '0' } }));
      const response = await ringback(target);
      expect([response.status, response.body]).toEqual([status, null]);
    }
    const head = await fetchTo(completed('', { headers: { 'content-length': '77' } })).ringback(target, {
      method: 'HEAD',
    });
    expect([head.body, head.headers.get('content-length')]).toEqual([null, '77']);
    const empty = await fetchTo(completed('', { headers: { 'content-length': '0' } })).ringback(target);
    expect([empty.headers.get('content-length'), await empty.text()]).toEqual(['0', '']);
  });

  it('comes for any status of a failed job, and tells SDKs not to repeat', async () => {
    const failed = { state: 'failed' as const, error: { code: 'bad_status' as const, message: 'no', retryable: true } };
    for (const status of [400, 429, 503, 999]) {
      const job = { ...completed('said', { status, headers: { 'x-should-retry': 'true' } }), ...failed };
      const response = await fetchTo(job).ringback(target);
      expect([response.status, response.ok, response.headers.get('x-should-retry')]).toEqual([status, false, 'false']);
      expect(await response.text()).toBe('said');
    }
    const redirected = { ...completed('', { status: 302, headers: { location: '/x' } }) };
    expect((await fetchTo(redirected).ringback(target, { redirect: 'manual' })).headers.get('location')).toBe('/x');
    await expect(fetchTo(redirected).ringback(target, { redirect: 'error' })).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'unexpected_redirect' },
    });
  });

  it('is a failed fetch with a code when there was none, or Ringback is out of reach', async () => {
    const error = { code: 'timeout' as const, message: 'too slow', retryable: true };
    for (const [job, code] of [
      [aJob({ state: 'failed', error }), 'timeout'],
      [aJob({ state: 'cancelled' }), 'cancelled'],
      [
        {
          ...completed('beginn', { truncated: true }),
          state: 'failed' as const,
          error: { ...error, code: 'response_too_large' as const },
        },
        'response_too_large',
      ],
    ] as const) {
      const thrown = await fetchTo(job)
        .ringback(target)
        .catch((caught: unknown) => caught);
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown).toMatchObject({ message: 'fetch failed', cause: { name: 'JobFailedError', code } });
    }
    const { fetch } = fakeFetch(down());
    expect(await settled(createFetch({ url, apiKey, fetch })(target))).toMatchObject({
      error: { message: 'fetch failed', cause: { code: 'network_error' } },
    });
    const refused = createFetch({ url, apiKey, fetch: fakeFetch(refusal(400, 'blocked_target')).fetch });
    await expect(refused(target)).rejects.toMatchObject({ name: 'RingbackError', code: 'blocked_target' });
    await expect(fetchTo(problem(404, 'not_found')).ringback(target)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the calls of a Ringback fetch', () => {
  it('are one for a job that ends while its submission is held', async () => {
    const { fetch, calls } = fakeFetch(() => Response.json(completed('{"a":1}')));
    expect(await (await createFetch({ url, apiKey, fetch })(target)).json()).toEqual({ a: 1 });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/jobs']);
    expect(calls[0]?.headers.get('prefer')).toBe('wait=25');
  });

  it('repeat the same submission after a lost response, and wait on for a job that takes longer', async () => {
    const { fetch, calls } = fakeFetch(
      down(),
      () => Response.json(aJob(), { status: 202 }),
      () => Response.json(completed('{}')),
    );
    const { value } = await settled(createFetch({ url, apiKey, fetch })(target));
    expect(value?.status).toBe(200);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/jobs',
      'POST /v1/jobs',
      'GET /v1/jobs/job_1?wait=25',
    ]);
    expect(calls[1]?.input).toEqual(calls[0]?.input);
  });
});

describe('an abort of a Ringback fetch', () => {
  it('rejects with the reason, and leaves the job alone or cancels it as told', async () => {
    for (const onAbort of ['keep', 'cancel'] as const) {
      const { fetch, calls } = fakeFetch((call) => {
        if (isSubmission(call)) return submitted(call);
        return call.path.endsWith('jobs.cancel') ? data(aJob({ state: 'cancelled' })) : never(call);
      });
      const stop = new AbortController();
      const request = new Request(target, { signal: stop.signal });
      const answer = createFetch({ url, apiKey, fetch, onAbort })(request);
      await vi.waitFor(() => expect(calls.some((call) => call.path.includes('?wait='))).toBe(true));
      stop.abort(new Error('enough'));
      await expect(answer).rejects.toThrow('enough');
      await vi.runAllTimersAsync();
      expect(calls.filter((call) => call.path.endsWith('jobs.cancel'))).toHaveLength(onAbort === 'cancel' ? 1 : 0);
    }
    const { ringback, calls } = fetchTo();
    await expect(ringback(target, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect(calls).toEqual([]);
  });
});

describe('a ready fetch', () => {
  it('has a Response, and is configured by the environment at its first call', async () => {
    const { fetch: plain, calls } = fakeFetch((call) =>
      isSubmission(call) ? submitted(call) : Response.json(completed('1')),
    );
    vi.stubGlobal('fetch', plain);
    vi.stubEnv('RINGBACK_URL', '');
    await expect(ready(target)).rejects.toMatchObject({ code: 'missing_setting' });
    vi.stubEnv('RINGBACK_URL', url);
    vi.stubEnv('RINGBACK_API_KEY', apiKey);
    expect(await (await ready(target)).json()).toBe(1);
    expect(calls).toHaveLength(2);
    expect([ready.Response, createRingback().fetch.Response, ready.fallback]).toEqual([Response, Response, undefined]);
  });

  it('passes a request to its fallback while there is no Ringback, and only then', async () => {
    vi.stubEnv('RINGBACK_URL', '');
    const passed: unknown[] = [];
    const fallback = async (...args: unknown[]) => {
      passed.push(args);
      return new Response('direct');
    };
    const made = createFetch();
    expect(made.config({ fallback })).toBe(made);
    expect(made.fallback).toBe(fallback);
    const request = new Request(target, { method: 'POST', body: 'x' });
    expect(await (await made(request, { ringback: { labels: ['x'] } })).text()).toBe('direct');
    expect(passed).toEqual([[request, {}]]);
    expect(request.bodyUsed).toBe(false);
    expect(made.config({ fallback: undefined }).fallback).toBeUndefined();
  });
});
