import { describe, expect, it } from 'vitest';
import { createRingback, JobFailedError, type RetryRules, type RunIo, redactString } from '#src/client/index.ts';
import { toRequest } from '#src/client/job/background-request.ts';
import { toSubmitInput } from '#src/client/job/submit-request.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { aJob, apiKey, completed, fakeFetch, isSubmission, submitted, url } from '#test/unit/client/fake-ringback.ts';

type CreateChatCompetionResponseData = { choices: { text: string }[] };

const auth = { apiKey: 'sk-secret' };
const answer = { choices: [{ text: 'hello' }] };

/** The io of a run whose every fetch ends as this job; `specs` is what Ringback understood. */
function runOf(ended: SubmittedJob = completed(JSON.stringify(answer))) {
  const { fetch, calls } = fakeFetch((call) => (isSubmission(call) ? submitted(call) : Response.json(ended)));
  const io = createRingback({ url, apiKey, fetch }).run('run_1');
  const inputs = () => calls.filter(({ method }) => method === 'POST').map(({ input }) => input as SubmitInput);
  return { io, calls, inputs, specs: () => inputs().map(parseSubmit) };
}

describe('the examples of the page that Ringback replaces', () => {
  it('with retry options run as they stand', async () => {
    const example = async (io: RunIo) => {
      const response = io.backgroundFetch<CreateChatCompetionResponseData>(
        'fetch-some-data',
        'https://example.com/api/endpoint',
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: redactString`Bearer ${auth.apiKey}`,
          },
          body: JSON.stringify({ foo: 'bar' }),
        },
        {
          '429': {
            strategy: 'headers',
            limitHeader: 'x-ratelimit-limit',
            remainingHeader: 'x-ratelimit-remaining',
            resetHeader: 'x-ratelimit-reset',
          },
          '5xx': {
            strategy: 'backoff',
            limit: 5,
            minTimeoutInMs: 1000,
            maxTimeoutInMs: 30000,
            factor: 1.8,
            randomize: true,
          },
        },
      );

      return response;
    };
    const { io, specs } = runOf();
    const response = await example(io);
    expect(response.choices[0]?.text).toBe('hello');
    const [spec] = specs();
    expect(spec).toMatchObject({
      method: 'POST',
      url: 'https://example.com/api/endpoint',
      idempotencyKey: 'run_1:fetch-some-data',
    });
    expect(Buffer.from(spec?.body ?? []).toString()).toBe('{"foo":"bar"}');
    expect(spec?.headers).toContainEqual({
      name: 'authorization',
      value: 'Bearer sk-secret',
      masked: 'Bearer ********',
    });
    expect(spec?.policy.rules.map(({ key, strategy }) => [key, strategy.strategy])).toEqual([
      ['429', 'headers'],
      ['5xx', 'backoff'],
    ]);
    expect(spec?.policy.rules[1]?.strategy).toMatchObject({
      limit: 5,
      minTimeoutInMs: 1_000,
      maxTimeoutInMs: 30_000,
      factor: 1.8,
      randomize: true,
    });
    expect(spec?.policy.timeout).toMatchObject({ nothingSent: { limit: 0 }, maybeSent: { limit: 0 } });
  });

  it('with timeout options run as they stand', async () => {
    const example = async (io: RunIo) => {
      const response = io.backgroundFetch<CreateChatCompetionResponseData>(
        'fetch-some-data',
        'https://example.com/api/endpoint',
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: redactString`Bearer ${auth.apiKey}`,
          },
          body: JSON.stringify({ foo: 'bar' }),
        },
        {},
        {
          durationInMs: 10000, // 10 seconds
          retry: {
            limit: 6,
            minTimeoutInMs: 1000,
            maxTimeoutInMs: 60000,
            factor: 2,
            randomize: true,
          },
        },
      );

      return response;
    };
    const { io, specs } = runOf();
    await expect(example(io)).resolves.toEqual(answer);
    const [spec] = specs();
    expect(spec).toMatchObject({ timeoutMs: 10_000, policy: { rules: [] } });
    expect(spec?.policy.timeout.maybeSent).toEqual({
      limit: 6,
      minTimeoutInMs: 1_000,
      maxTimeoutInMs: 60_000,
      factor: 2,
      randomize: true,
    });
  });

  it('with ranges of statuses are understood', () => {
    const retry: RetryRules = {
      '500-599': {
        strategy: 'backoff',
        limit: 5,
        minTimeoutInMs: 1000,
        maxTimeoutInMs: 30000,
        factor: 1.8,
        randomize: true,
      },
      '429': {
        strategy: 'backoff',
        limit: 10,
        minTimeoutInMs: 1000,
        maxTimeoutInMs: 60000,
        factor: 2,
        randomize: true,
      },
    };
    const spec = parseSubmit(toSubmitInput(toRequest('run_1', ['key', 'https://example.com/', {}, retry])));
    expect(spec.policy.rules.map(({ key, strategy }) => [key, strategy])).toEqual([
      ['429', { ...retry['429'] }],
      ['500-599', { ...retry['500-599'] }],
    ]);
  });
});

describe('what a background fetch asks for', () => {
  const spec = (...args: Parameters<RunIo['backgroundFetch']>) => parseSubmit(toSubmitInput(toRequest('run_1', args)));

  it('is no retry of statuses, timeouts and connections unless it says so', () => {
    const { policy, timeoutMs } = spec('key', 'https://example.com/');
    expect(policy.rules).toEqual([]);
    expect(policy.timeout).toMatchObject({ nothingSent: { limit: 0 }, maybeSent: { limit: 0 } });
    expect(policy.connectionError).toMatchObject({ nothingSent: { limit: 0 }, maybeSent: { limit: 0 } });
    expect(timeoutMs).toBe(600_000);
  });

  it('is retries of connections where the policy has them', () => {
    const { policy } = spec('key', 'https://example.com/', {}, { connectionError: { retry: { limit: 2 } } });
    expect(policy.connectionError).toMatchObject({ nothingSent: { limit: 2 }, maybeSent: { limit: 2 } });
    expect(policy).toMatchObject({ rules: [], timeout: { maybeSent: { limit: 0 } } });
  });

  it('is no retry of a response that is ok, as rules are read only for others there', () => {
    const keys = (retry: RetryRules) => spec('key', 'https://example.com/', {}, retry).policy.rules.map((r) => r.key);
    expect(keys({ '2xx': { limit: 1 }, '5xx': { limit: 1 } })).toEqual(['5xx']);
    expect(keys({ '200-503': { limit: 1 } })).toEqual(['300-503']);
    expect(keys([{ when: 202, limit: 1 }, { when: '2xx,4xx', limit: 1 }, { when: 'any' }])).toEqual(['400-499', 'any']);
    expect(keys({ '200': { bodyMatches: { pointer: '/a', value: 1 } } })).toEqual(['200']);
    expect(keys({ '200-599': { limit: 1 }, '300-599': { limit: 2 } })).toEqual(['300-599']);
    expect(() => keys({ x2x: { limit: 1 } })).toThrow(/x2x/);
  });

  it('may be said in one object, as later versions of that SDK did', () => {
    const both = spec(
      'key',
      'https://example.com/',
      {},
      { retry: { '5xx': { limit: 2 } }, timeout: { durationInMs: '20s', retry: { limit: 1 } } },
    );
    expect(both).toMatchObject({
      timeoutMs: 20_000,
      policy: { rules: [{ key: '5xx' }], timeout: { maybeSent: { limit: 1 } } },
    });
    const onlyTimeout = spec('key', 'https://example.com/', {}, { timeout: { durationInMs: 2_000 } });
    expect(onlyTimeout).toMatchObject({
      timeoutMs: 2_000,
      policy: { rules: [], timeout: { maybeSent: { limit: 0 } } },
    });
  });

  it('may take from 1 second to 30 minutes', () => {
    expect(spec('key', 'https://example.com/', {}, {}, { durationInMs: 1_000 }).timeoutMs).toBe(1_000);
    expect(spec('key', 'https://example.com/', {}, {}, { durationInMs: '30m' }).timeoutMs).toBe(1_800_000);
    expect(() => spec('key', 'https://example.com/', {}, {}, { durationInMs: 999 })).toThrow(/durationInMs/);
    expect(() => spec('key', 'https://example.com/', {}, {}, { durationInMs: 1_800_001 })).toThrow(/durationInMs/);
  });

  it('may have an ArrayBuffer as its body', () => {
    expect(spec('key', 'https://example.com/', { body: new Uint8Array([0, 255]).buffer }).body).toEqual(
      Uint8Array.of(0, 255),
    );
  });

  it('is known by run and key, which cannot be confused with others', () => {
    const key = (runId: string, cacheKey: string) =>
      toRequest(runId, [cacheKey, 'https://example.com/']).idempotencyKey;
    expect(key('run_1', 'a')).toBe('run_1:a');
    expect(new Set([key('a:b', 'c'), key('a', 'b:c'), key('a%3Ab', 'c')]).size).toBe(3);
    expect(() => key('run_1', '')).toThrow(/cache key/);
    expect(() => createRingback({ url }).run('')).toThrow(/id/);
  });

  it('is the same each time, so that a run that starts over finds its job', async () => {
    const { io, inputs } = runOf();
    await io.backgroundFetch('key', 'https://example.com/');
    await io.backgroundFetch('key', 'https://example.com/');
    expect(inputs()[0]).toEqual(inputs()[1]);
  });
});

describe('what a background fetch resolves with', () => {
  const fetched = (ended: SubmittedJob) => runOf(ended).io.backgroundFetch('key', 'https://example.com/');
  const responded = (ended: SubmittedJob) => runOf(ended).io.backgroundFetchResponse('key', 'https://example.com/');

  it('is the JSON of the response, whatever its content type, charset mark or encoding', async () => {
    await expect(fetched(completed('[1,null]'))).resolves.toEqual([1, null]);
    await expect(fetched(completed('null'))).resolves.toBeNull();
    await expect(fetched(completed('{"a":1}', { contentType: 'text/plain' }))).resolves.toEqual({ a: 1 });
    await expect(fetched(completed('\uFEFF{"a":1}'))).resolves.toEqual({ a: 1 });
    const base64 = Buffer.from('{"a":"ü"}').toString('base64');
    await expect(fetched(completed(base64, { encoding: 'base64' }))).resolves.toEqual({ a: 'ü' });
  });

  it('comes with status and headers when those are asked for', async () => {
    const headers = { 'x-request-id': '7' };
    await expect(responded(completed('{"a":1}', { status: 201, headers }))).resolves.toEqual({
      status: 201,
      data: { a: 1 },
      headers,
    });
  });

  it('is text, bytes or null when it is no JSON', async () => {
    await expect(responded(completed('plain'))).resolves.toMatchObject({ data: 'plain' });
    await expect(responded(completed('', { status: 204 }))).resolves.toMatchObject({ data: null, status: 204 });
    const bytes = await responded(completed('AP8=', { encoding: 'base64', contentType: 'image/png' }));
    expect(bytes.data).toEqual(Uint8Array.of(0, 255));
  });
});

describe('a background fetch that does not succeed', () => {
  const failing = (ended: SubmittedJob) =>
    runOf(ended)
      .io.backgroundFetch('key', 'https://example.com/')
      .catch((error: unknown) => error);
  const failed = {
    state: 'failed',
    error: { code: 'bad_status', message: 'The target answered 422.', retryable: false },
  } as const;

  it('throws what the target said', async () => {
    const error = await failing({ ...completed('{"detail":"no"}', { status: 422 }), ...failed });
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error).toMatchObject({
      code: 'bad_status',
      status: 422,
      body: { detail: 'no' },
      job: { id: 'job_1' },
      message: 'Job job_1 failed: The target answered 422.',
    });
  });

  it('throws without a response when there was none', async () => {
    expect(await failing(aJob({ ...failed, error: { ...failed.error, code: 'timeout' } }))).toMatchObject({
      name: 'JobFailedError',
      code: 'timeout',
      status: null,
      body: null,
    });
    expect(await failing(aJob({ state: 'cancelled' }))).toMatchObject({
      name: 'JobFailedError',
      code: 'cancelled',
      message: 'Job job_1 was cancelled',
    });
  });

  it('throws not_json without showing what the response holds', async () => {
    const error = await failing(completed('s3cret text', { contentType: 'text/html' }));
    expect(error).toMatchObject({ name: 'RingbackError', code: 'not_json' });
    expect((error as Error).message).not.toContain('s3cret');
    expect(await failing(completed('', { status: 204 }))).toMatchObject({ code: 'not_json', status: 204 });
  });

  it('throws when the response is gone', async () => {
    expect(await failing(aJob({ state: 'completed', resultExpiredAt: '2026-11-19T00:00:00.000Z' }))).toMatchObject({
      code: 'result_expired',
    });
    expect(await failing(aJob({ state: 'completed' }))).toMatchObject({ code: 'no_result' });
  });

  it('stops waiting, not the job, when its signal is aborted', async () => {
    const { io, calls } = runOf();
    const error = await io
      .backgroundFetch('key', 'https://example.com/', { signal: AbortSignal.abort(new Error('enough')) })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'enough' });
    expect(calls.some(({ path }) => path.includes('cancel'))).toBe(false);
  });
});
