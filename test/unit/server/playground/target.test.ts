import { expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { playgroundLimits } from '#src/domain/limits.ts';
import type { HttpRequest } from '#src/server/http/http.ts';
import { makeTarget } from '#src/server/playground/target.ts';

const request = (query: string, signal: AbortSignal): HttpRequest => ({
  method: 'POST',
  path: '/playground/target',
  query: new URLSearchParams(query),
  search: query === '' ? '' : `?${query}`,
  headers: {},
  body: async (maxBytes) => {
    if (maxBytes < 9 * 1024 ** 2) throw new Refusal('body_too_large', 'too large');
    return Buffer.alloc(0);
  },
  signal,
  peer: '127.0.0.1',
  requestId: 'r',
});
const withBody = (query: string, signal: AbortSignal): HttpRequest => ({
  ...request(query, signal),
  body: async () => Buffer.alloc(0),
});

it('answers only so many requests at once, and one more when one has ended', async () => {
  const target = makeTarget(Date.now);
  const gone = new AbortController();
  const held = Array.from({ length: playgroundLimits.atOnce }, () => target(withBody('delay=60000', gone.signal)));
  await expect(target(withBody('', gone.signal))).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
  gone.abort();
  await Promise.all(held);
  expect((await target(withBody('', new AbortController().signal))).status).toBe(200);
});

it('frees its place when it refuses', async () => {
  const target = makeTarget(Date.now);
  const { signal } = new AbortController();
  for (let n = 0; n < playgroundLimits.atOnce; n++) {
    await expect(target(withBody('delay=60001', signal))).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(target(request('', signal))).rejects.toMatchObject({ code: 'body_too_large' });
  }
  expect((await target(withBody('', signal))).status).toBe(200);
});
