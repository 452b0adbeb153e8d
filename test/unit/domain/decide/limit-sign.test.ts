import { describe, expect, it } from 'vitest';
import { readLimitSign } from '#src/domain/decide/limit-sign.ts';
import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { resolvePolicy } from '#src/domain/policy/resolve-policy.ts';

const nowMs = Date.UTC(2026, 0, 1);

function policy(retry: unknown = 'default'): Policy {
  const resolved = resolvePolicy({ retry, method: 'GET', hasIdempotencyKey: false } as never);
  if (isPolicyRefusal(resolved)) throw new Error(resolved.message);
  return resolved;
}

function answer(status: number, headers: Record<string, string>): Outcome {
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 5 };
  const list: HeaderList = Object.entries(headers);
  const rest = { body: new Uint8Array(), truncated: false, redirects: [], remoteAddress: null, timings };
  return { kind: 'response', status, headers: list, ...rest };
}

const read = (status: number, headers: Record<string, string>, retry?: unknown) =>
  readLimitSign(policy(retry), answer(status, headers), nowMs);

describe('a refusal', () => {
  it.each<[string, Record<string, string>, number]>([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['a date', { 'retry-after': new Date(nowMs + 20_000).toUTCString() }, 20_000],
    ['Unix seconds', { 'x-ratelimit-reset': String(nowMs / 1_000 + 40) }, 40_000],
    ['a duration', { 'x-ratelimit-reset-requests': '1m2s', 'x-ratelimit-remaining-requests': '0' }, 62_000],
    ['a structured field', { ratelimit: '"default";r=0;t=12' }, 12_000],
  ])('names its time in %s', (_form, headers, waitMs) => {
    expect(read(429, headers)).toMatchObject({ waitMs, refused: true });
  });

  it('without a time says nothing for others, nor does one that is over', () => {
    expect(read(429, {})).toBeNull();
    expect(read(429, { 'x-ratelimit-reset': String(nowMs / 1_000 - 5) })).toBeNull();
  });

  it('that wants a longer wait than is allowed says nothing: each job fails by its own policy', () => {
    expect(read(429, { 'retry-after': '7200' })).toBeNull();
  });

  it('may be a 503 with Retry-After, or a status whose rule reads headers, under any policy', () => {
    expect(read(503, { 'retry-after': '5' }, 'none')).toMatchObject({ waitMs: 5_000, limit: null });
    const rules = { '403': { strategy: 'headers', resetHeader: 'x-reset', remainingHeader: 'x-left' } };
    expect(read(403, { 'x-reset': '9', 'x-left': '0' }, rules)).toMatchObject({ waitMs: 9_000 });
    expect(read(500, { 'retry-after': '5' })).toBeNull();
  });

  it('names the limit of requests, and not that of tokens', () => {
    const of = (kind: string) => ({
      [`x-ratelimit-limit-${kind}`]: '100',
      [`x-ratelimit-remaining-${kind}`]: '0',
      [`x-ratelimit-reset-${kind}`]: '6s',
    });
    expect(read(429, of('requests'))).toMatchObject({ waitMs: 6_000, limit: 100 });
    expect(read(429, of('tokens'))).toMatchObject({ waitMs: 6_000, limit: null });
  });

  it('although something is left is heeded only by Retry-After', () => {
    const left = { 'x-ratelimit-remaining-requests': '7', 'x-ratelimit-reset-requests': '6s' };
    expect(read(429, left)).toBeNull();
    expect(read(429, { ...left, 'retry-after': '2' })).toMatchObject({ waitMs: 2_000 });
  });
});

describe('a good answer', () => {
  it('with nothing left says so', () => {
    const none = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' };
    expect(read(200, none)).toEqual({ waitMs: 30_000, limit: 50, refused: false });
  });

  it.each<[string, Record<string, string>]>([
    ['something left', { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '30' }],
    ['no word of what is left', { 'x-ratelimit-reset': '30' }],
    ['nothing left and no reset', { 'x-ratelimit-remaining': '0' }],
    ['Retry-After', { 'retry-after': '30' }],
  ])('with %s says nothing', (_what, headers) => expect(read(200, headers)).toBeNull());
});
