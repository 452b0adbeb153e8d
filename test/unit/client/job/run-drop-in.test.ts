import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRingback, type RunIo } from '#src/client/index.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import {
  aJob,
  apiKey,
  completed,
  data,
  down,
  fakeFetch,
  refusal,
  settled,
  url,
} from '#test/unit/client/fake-ringback.ts';

const target = 'https://example.com/';

/** What Ringback is given by a background fetch. */
async function sent(...args: Parameters<RunIo['backgroundFetch']>) {
  const { fetch, calls } = fakeFetch(data(aJob()), Response.json(completed('{}')));
  await createRingback({ url, apiKey, fetch })
    .run('run_1')
    .backgroundFetch(...args);
  const input = calls[0]?.input as SubmitInput;
  const spec = parseSubmit(input);
  const type = spec.headers.find(({ name }) => name === 'content-type')?.value;
  return { input, spec, type, text: Buffer.from(spec.body ?? []).toString('latin1') };
}

describe('the cache key of a background fetch', () => {
  const keyOf = async (key: Parameters<RunIo['backgroundFetch']>[0]) => (await sent(key, target)).input.idempotencyKey;

  it('may be a list, whose parts cannot be confused', async () => {
    const keys = ['a', 'b', ['a', 'b'], ['a,b'], ['ab'], ['a', 1], ['a', '1'], '["a","b"]', ':["a","b"]'];
    const all = await Promise.all(keys.map(keyOf));
    expect(new Set(all).size).toBe(keys.length);
    expect(await keyOf(['a', { x: 1, y: 2 }])).toBe(await keyOf(['a', { y: 2, x: 1 }]));
    expect(await keyOf('a')).toBe('run_1:a');
  });

  it('is not empty', async () => {
    await expect(keyOf('')).rejects.toThrow(TypeError);
    await expect(keyOf([])).rejects.toThrow(TypeError);
  });
});

describe('the options of a background fetch', () => {
  it('may be those of fetch as they stand', async () => {
    const init: RequestInit = {
      method: 'PUT',
      body: null,
      headers: [['x-a', 'b']],
      cache: 'no-store',
      credentials: 'include',
      keepalive: true,
      mode: 'cors',
      redirect: 'error',
      referrer: '',
      signal: null,
    };
    const { input, spec } = await sent('key', target, init);
    expect(spec).toMatchObject({ method: 'PUT', body: null, redirect: 'manual' });
    expect(Object.keys(input).sort()).toEqual(
      ['connectionError', 'headers', 'idempotencyKey', 'method', 'redirect', 'retry', 'timeout', 'url'].sort(),
    );
  });

  it('may have every body that fetch takes, with its content type', async () => {
    const params = await sent('key', target, { body: new URLSearchParams({ a: '1 2' }) });
    expect([params.text, params.type]).toEqual(['a=1+2', 'application/x-www-form-urlencoded;charset=UTF-8']);
    const blob = await sent('key', target, { body: new Blob(['\u0000ÿ'], { type: 'image/png' }) });
    expect([Buffer.from(blob.spec.body ?? []).toString(), blob.type]).toEqual(['\u0000ÿ', 'image/png']);
    const own = await sent('key', target, {
      body: new Blob(['x'], { type: 'a/b' }),
      headers: { 'Content-Type': 'c/d' },
    });
    expect(own.type).toBe('c/d');
    const words = await sent('key', target, { body: new Uint16Array([1, 258, 3]).subarray(1, 2) });
    expect([...words.text].map((one) => one.charCodeAt(0))).toEqual([2, 1]);
    const view = await sent('key', target, { body: new DataView(Uint8Array.of(7, 8, 9).buffer, 1, 1) });
    expect(view.text).toBe('\b');
    const stream = await sent('key', target, { body: new Blob(['streamed']).stream() });
    expect(stream.text).toBe('streamed');
  });

  it('may have a form, which is the same when the run starts over', async () => {
    const form = () => {
      const made = new FormData();
      made.set('name', 'a\r\n--ringback-form-0');
      made.set('file', new Blob(['\u00ff\u0000'], { type: 'image/png' }), 'a.png');
      return made;
    };
    const [first, second] = [await sent('key', target, { body: form() }), await sent('key', target, { body: form() })];
    expect(first.input).toEqual(second.input);
    const back = await new Response(Uint8Array.from(first.spec.body ?? []), {
      headers: { 'content-type': first.type ?? '' },
    }).formData();
    expect(back.get('name')).toBe('a\r\n--ringback-form-0');
    expect(await (back.get('file') as File).text()).toBe('\u00ff\u0000');
  });

  it('and its policies may be plain constants', async () => {
    const options = { method: 'POST', redirect: 'follow', body: 'x' };
    const retry = {
      '429': { strategy: 'headers', resetHeader: 'x-reset', resetFormat: 'unix_timestamp' },
      '5xx': { strategy: 'backoff', limit: 2 },
    };
    const timeout = { durationInMs: 2_000, retry: { limit: 1 } };
    const listed = [{ when: '5xx', strategy: 'backoff', limit: 2 }];
    expect((await sent('key', target, options, retry, timeout)).spec.policy.rules).toHaveLength(2);
    const both = { retry: listed, timeout, connectionError: { retry: { limit: 1 } } };
    expect((await sent('key', target, options, both)).spec.policy.rules).toHaveLength(1);
  });
});

describe('a refusal of a background fetch', () => {
  it.each([
    ['retry.5xx.limit', [{ '5xx': { limit: -1 } }], 'retryOptions.5xx.limit'],
    ['retry.300-599.limit', [{ '200-599': { limit: -1 } }], 'retryOptions.200-599.limit'],
    ['retry.0.when', [[{ when: 202 }, { when: 'x' }]], 'retryOptions.1.when'],
    ['retry.5xx.limit', [{ retry: { '5xx': { limit: -1 } } }], 'retryOptions.retry.5xx.limit'],
    ['timeout.durationInMs', [{}, { durationInMs: 1 }], 'timeoutOptions.durationInMs'],
    ['timeout.durationInMs', [{ timeout: { durationInMs: 1 } }], 'retryOptions.timeout.durationInMs'],
    ['timeout.retry.factor', [{}, { durationInMs: 1_000, retry: { factor: 0 } }], 'timeoutOptions.retry.factor'],
    [
      'connectionError.retry.limit',
      [{ connectionError: { retry: { limit: -1 } } }],
      'retryOptions.connectionError.retry.limit',
    ],
    ['idempotencyKey', [], 'cacheKey'],
    ['headers.x', [], 'options.headers.x'],
    ['body', [], 'options.body'],
    ['method', [], 'options.method'],
    ['url', [], 'url'],
  ] as const)('of %s names what its caller wrote', async (field, args, named) => {
    const shape = refusal(400, 'invalid_input', { field }).json();
    const { error } = (await shape) as { error: { message: string } };
    const answer = Response.json({ error: { ...error, message: `\`${field}\` must be other.` } }, { status: 400 });
    const { fetch } = fakeFetch(answer);
    const io = createRingback({ url, apiKey, fetch }).run('run_1');
    const [retry, timeout] = args as unknown as [undefined, undefined];
    const refused = await io.backgroundFetch('key', target, {}, retry, timeout).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ code: 'invalid_input', field: named, status: 400 });
    expect((refused as Error).message).toBe(`\`${named}\` must be other.`);
  });

  it('before anything is sent does too', async () => {
    const { fetch, calls } = fakeFetch(data(aJob()));
    const io = createRingback({ url, apiKey, fetch }).run('run_1');
    const body = { $redacted: { strings: ['', ''], values: ['s3cret'] } } as unknown as string;
    await expect(io.backgroundFetch('key', target, { body })).rejects.toMatchObject({ field: 'options.body' });
    expect(calls).toEqual([]);
  });
});

describe('a background fetch while Ringback starts again', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes on, whether the submission or the wait is hit', async () => {
    const bad = () => new Response('', { status: 502 });
    const { fetch, calls } = fakeFetch(
      down(),
      bad,
      down(),
      down(),
      down(),
      data(aJob()),
      down(),
      bad,
      Response.json(completed('7')),
    );
    const io = createRingback({ url, apiKey, fetch }).run('run_1');
    expect(await settled(io.backgroundFetch('key', target))).toMatchObject({ value: 7 });
    expect(calls).toHaveLength(9);
  });

  it('says within a minute that there is nobody to submit to', async () => {
    const { fetch } = fakeFetch(down());
    const { error, tookMs } = await settled(
      createRingback({ url, apiKey, fetch }).run('r').backgroundFetch('k', target),
    );
    expect(error).toMatchObject({ code: 'network_error' });
    expect(tookMs).toBeLessThan(60_000);
  });
});
