import { describe, expect, it } from 'vitest';
import { makeRepeats } from '#src/client/fetch/fetch-repeats.ts';
import type { FetchRequest } from '#src/client/fetch/fetch-request.ts';

function setUp() {
  let at = 0;
  let made = 0;
  const repeats = makeRepeats(() => at);
  const begin = (headers: Record<string, string>, body = 'x') => {
    const request: FetchRequest = { url: 'https://api.test/', method: 'POST', headers, body, redirect: 'follow' };
    return repeats.begin(request, async () => `key ${++made}`);
  };
  const count = (n: number, body?: string) => begin({ 'X-Stainless-Retry-Count': String(n) }, body);
  return { begin, count, pass: (ms: number) => (at += ms) };
}

describe('a call that its SDK repeats', () => {
  it('has the key of the call before, for each repeat', async () => {
    const { count } = setUp();
    const keys: unknown[] = [];
    for (const n of [0, 1, 2]) {
      const ticket = await count(n);
      keys.push(ticket?.key);
      ticket?.end('open');
    }
    expect(keys).toEqual(['key 1', 'key 1', 'key 1']);
    expect((await count(0))?.key).toBe('key 2');
  });

  it('takes one each of two equal calls, also when they are still open', async () => {
    const { count } = setUp();
    const first = await Promise.all([count(0), count(0)]);
    expect(first.map((one) => one?.key)).toEqual(['key 1', 'key 2']);
    first[1]?.end('open');
    expect([(await count(1))?.key, (await count(1))?.key]).toEqual(['key 2', 'key 1']);
  });

  it('is a new one after a success, for another body or caller, and after ten minutes', async () => {
    const { begin, count, pass } = setUp();
    (await count(0))?.end('over');
    expect((await count(1))?.key).toBe('key 2');
    (await count(0, 'other'))?.end('open');
    expect((await begin({ 'x-stainless-retry-count': '1', authorization: 'b' }, 'other'))?.key).toBe('key 4');
    expect((await count(2, 'other'))?.key).toBe('key 5');
    pass(600_000);
    expect((await count(1, 'other'))?.key).toBe('key 6');
  });

  it('is known by an idempotency key, unless there was no response', async () => {
    const { begin } = setUp();
    const named = { 'Idempotency-Key': 'a' };
    (await begin(named))?.end('open');
    expect((await begin({ 'Idempotency-Key': 'b' }))?.key).toBe('key 2');
    const again = await begin(named);
    expect(again?.key).toBe('key 1');
    again?.end('without_response');
    expect((await begin(named))?.key).toBe('key 3');
  });

  it('is not known without either', async () => {
    const { begin } = setUp();
    expect(await begin({})).toBeNull();
  });
});
