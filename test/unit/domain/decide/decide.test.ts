import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#src/domain/decide/decide.ts';
import type { Decision, History } from '#src/domain/decide/decision.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import type { RetrySetting } from '#src/domain/policy/resolve-policy.ts';
import { broken, policy, response, timedOut, timings } from './outcomes.ts';

const now = Date.UTC(2026, 10, 20, 12);

type Circumstances = { history?: Partial<History>; random?: number; deadlineAtMs?: number | null };

function decided(of: Policy, outcome: Outcome, circumstances: Circumstances = {}): Decision {
  const { history, random = 0, deadlineAtMs = null } = circumstances;
  const counters = { attempts: 1, interruptions: 0, retries: {}, ...history };
  return decide({ policy: of, history: counters, outcome, nowMs: now, random, deadlineAtMs });
}

function retries(retry: RetrySetting, outcome: Outcome, circumstances: Circumstances = {}) {
  return decided(policy({ retry }), outcome, circumstances);
}

describe('deciding about a response', () => {
  it.each([200, 204, 299])('completes the job at %i', (status) => {
    expect(decided(policy(), response(status))).toMatchObject({ then: 'complete', rule: 'accept' });
  });

  it('completes at whatever accept says, and any keeps everything', () => {
    expect(decided(policy({ accept: '2xx,404' }), response(404)).then).toBe('complete');
    expect(decided(policy({ accept: 'any' }), response(503)).then).toBe('complete');
    expect(decided(policy({ accept: '404' }), response(200)).then).toBe('fail');
  });

  it('fails at once on a status without a rule', () => {
    const decision = retries({}, response(503));
    expect(decision).toMatchObject({ then: 'fail', rule: null, error: { code: 'bad_status', retryable: true } });
    expect(decision.why).toBe('503 matches no retry rule.');
  });

  it('lets the most specific rule decide', () => {
    const retry = { any: { limit: 1 }, '5xx': { limit: 2 }, '503': { limit: 3 } };
    expect(retries(retry, response(503)).retry).toEqual({ count: 1, limit: 3 });
    expect(retries(retry, response(500)).retry).toEqual({ count: 1, limit: 2 });
    expect(retries(retry, response(404)).retry).toEqual({ count: 1, limit: 1 });
  });

  it('never lets any decide about an accepted status', () => {
    expect(retries({ any: {} }, response(200)).then).toBe('complete');
  });

  it('looks at rules that name 2xx, and what is in the body, before accept', () => {
    const retry = { '200': { limit: 3, bodyMatches: { pointer: '/status', value: 'pending' } } };
    expect(retries(retry, response(200, {}, '{"status":"pending"}'))).toMatchObject({ then: 'retry', countAs: '200' });
    expect(retries(retry, response(200, {}, '{"status":"done"}')).then).toBe('complete');
    expect(retries(retry, response(200, {}, 'status: pending')).then).toBe('complete');
    expect(retries(retry, response(200, {}, '{"status":"pending"}', true)).then).toBe('fail');
  });

  it('polls while the body has one of several values, and says which', () => {
    const retry = { '200': { limit: 3, bodyMatches: { pointer: '/status', anyOf: ['queued', 'running'] } } };
    const polled = retries(retry, response(200, {}, '{"status":"running"}'));
    expect(polled).toMatchObject({ then: 'retry', countAs: '200' });
    expect(polled.why).toMatch(/^200 is not the end: \/status is "running" \(rule "200"\): /);
    expect(retries(retry, response(200, {}, '{"status":"done"}')).then).toBe('complete');
  });

  it('compares body values as JSON, by pointer', () => {
    const retry = { '400': { bodyMatches: { pointer: '/e~1rr/0', value: { a: 1, b: [null] } } } };
    expect(retries(retry, response(400, {}, '{"e/rr":[{"b":[null],"a":1}]}')).then).toBe('retry');
    expect(retries(retry, response(400, {}, '{"e/rr":[{"b":[0],"a":1}]}')).then).toBe('fail');
    expect(retries(retry, response(400, {}, '{"e/rr":[]}')).then).toBe('fail');
  });

  it('counts each rule on its own: a limit of 5 means six requests', () => {
    const retry = { '503': { limit: 5 }, '500': { limit: 1 } };
    const used = { '503': 4, '500': 1 };
    expect(retries(retry, response(503), { history: { attempts: 6, retries: used } }).then).toBe('retry');
    expect(retries(retry, response(500), { history: { attempts: 6, retries: used } }).then).toBe('fail');
    const last = retries(retry, response(503), { history: { attempts: 7, retries: { '503': 5 } } });
    expect(last).toMatchObject({ then: 'fail', error: { code: 'bad_status' }, retry: { count: 5, limit: 5 } });
  });

  it('never retries a rule whose limit is 0', () => {
    expect(retries({ '401': { limit: 0 } }, response(401))).toMatchObject({ then: 'fail', rule: '401' });
  });

  it('stops at maxAttempts, whatever the rules allow', () => {
    const of = policy({ retry: { '503': { limit: 100 } }, maxAttempts: 3 });
    expect(decided(of, response(503), { history: { attempts: 2 } }).then).toBe('retry');
    expect(decided(of, response(503), { history: { attempts: 3 } })).toMatchObject({ then: 'fail' });
  });

  it('skips rules for repeatable requests when the request is a bare POST, and says so', () => {
    expect(decided(policy({ method: 'GET' }), response(500)).then).toBe('retry');
    const post = decided(policy({ method: 'POST' }), response(500));
    expect(post.then).toBe('fail');
    expect(post.why).toContain('safe to repeat');
    expect(decided(policy({ method: 'POST', hasIdempotencyKey: true }), response(500)).then).toBe('retry');
    expect(decided(policy({ method: 'POST' }), response(503)).then).toBe('retry');
  });

  it('fails a job whose accepted response is too long, unless it may be cut', () => {
    const error = { code: 'response_too_large', retryable: false };
    expect(decided(policy(), response(200, {}, 'abc', true))).toMatchObject({ then: 'fail', error });
    expect(decided(policy({ onOversize: 'truncate' }), response(200, {}, 'abc', true)).then).toBe('complete');
    expect(decided(policy(), response(503, {}, 'abc', true)).then).toBe('retry');
  });
});

describe('waiting as headers ask', () => {
  const openai = {
    strategy: 'headers' as const,
    resetHeader: ['x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens'],
    remainingHeader: ['x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens'],
    limitHeader: ['x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens'],
  };
  const windows = (requests: [string, string], tokens: [string, string]) => ({
    'x-ratelimit-remaining-requests': requests[0],
    'x-ratelimit-reset-requests': requests[1],
    'x-ratelimit-remaining-tokens': tokens[0],
    'x-ratelimit-reset-tokens': tokens[1],
    'x-ratelimit-limit-requests': '60',
  });

  it('waits for the latest reset whose remaining is 0, and up to a second more', () => {
    const outcome = response(429, windows(['0', '31.2s'], ['0', '2s']));
    expect(retries({ '429': openai }, outcome)).toMatchObject({
      then: 'retry',
      delayMs: 31_200,
      countAs: '429',
      why: '429 matched rule "429": waiting for x-ratelimit-reset-requests, 31.2 s and 0 ms of spread. Retry 1 of 10.',
      inputs: {
        usedHeaders: ['x-ratelimit-reset-requests', 'x-ratelimit-remaining-requests'],
        resetValue: '31.2s',
        resetAt: new Date(now + 31_200).toISOString(),
        remaining: '0',
        limitValue: '60',
        spreadMs: 0,
      },
    });
    expect(retries({ '429': openai }, outcome, { random: 0.999 })).toMatchObject({ delayMs: 32_199 });
  });

  it('leaves out windows that have something left, even when they reset later', () => {
    const outcome = response(429, windows(['12', '10m'], ['0', '2s']));
    expect(retries({ '429': openai }, outcome)).toMatchObject({ then: 'retry', delayMs: 2_000 });
  });

  it('waits the backoff minimum when something is left in all of them', () => {
    const outcome = response(429, windows(['12', '10m'], ['5', '2s']));
    expect(retries({ '429': openai }, outcome)).toMatchObject({ then: 'retry', delayMs: 1_000 });
  });

  it('counts a reset without a remaining as used up', () => {
    const outcome = response(429, { 'x-ratelimit-reset-requests': '7s' });
    expect(retries({ '429': openai }, outcome)).toMatchObject({ then: 'retry', delayMs: 7_000 });
  });

  it.each([
    [{}, 'no reset header'],
    [{ 'x-ratelimit-reset-requests': 'soon' }, 'cannot be read'],
    [{ 'x-ratelimit-remaining-requests': '0' }, 'cannot be read'],
  ])('without a readable reset (%j) takes Retry-After, then backoff', (headers, why) => {
    const withRetryAfter = retries({ '429': openai }, response(429, { ...headers, 'retry-after': '20' }));
    expect(withRetryAfter).toMatchObject({ then: 'retry', delayMs: 20_000, inputs: { retryAfter: '20' } });
    expect(withRetryAfter.why).toContain(why);
    const without = retries({ '429': openai }, response(429, { ...headers, 'retry-after': '-1' }));
    expect(without).toMatchObject({ then: 'retry', delayMs: 1_000, inputs: { backoffMs: 1_000 } });
  });

  it('never wakes before the reset, whatever its form and the draw', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_600 }),
        fc.constantFrom('delta', 'unix', 'ms', 'iso', 'http', 'openai'),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (seconds, form, random) => {
          const at = new Date(now + seconds * 1_000);
          const texts: Record<string, string> = {
            delta: String(seconds),
            unix: String(at.getTime() / 1_000),
            ms: String(at.getTime()),
            iso: at.toISOString(),
            http: at.toUTCString(),
            openai: `${Math.floor(seconds / 60)}m${seconds % 60}s`,
          };
          const retry = { '429': { strategy: 'headers' as const, resetHeader: 'x-reset' } };
          const decision = retries(retry, response(429, { 'x-reset': texts[form] ?? '' }), { random });
          if (decision.then !== 'retry') throw new Error(decision.why);
          expect(decision.delayMs).toBeGreaterThanOrEqual(seconds * 1_000);
          expect(decision.delayMs).toBeLessThanOrEqual(seconds * 1_000 + 1_000);
        },
      ),
    );
  });

  it('has a limit of its own', () => {
    const history = { attempts: 11, retries: { '429': 10 } };
    expect(retries({ '429': openai }, response(429, windows(['0', '1s'], ['0', '1s'])), { history }).then).toBe('fail');
  });

  it.each([
    ['retry-after', '40', 40_000],
    ['ratelimit', '"default";r=0;t=30', 30_000],
    ['x-ratelimit-reset', '25', 25_000],
    ['x-ratelimit-reset-tokens', '6m', 360_000],
  ])('reads %s with the default preset', (name, value, delayMs) => {
    expect(decided(policy({ method: 'POST' }), response(429, { [name]: value }))).toMatchObject({
      then: 'retry',
      delayMs,
    });
  });

  it('reads Anthropic and OpenAI headers with their presets', () => {
    const anthropic = {
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-20T12:00:09Z',
    };
    expect(retries('anthropic', response(429, anthropic))).toMatchObject({ delayMs: 9_000 });
    expect(retries('anthropic', response(529)).then).toBe('retry');
    expect(retries('openai', response(429, windows(['0', '6m0s'], ['9', '1s'])))).toMatchObject({ delayMs: 360_000 });
    const quota = response(429, {}, '{"error":{"code":"insufficient_quota"}}');
    expect(retries('openai', quota)).toMatchObject({ then: 'fail', rule: '429' });
  });
});

describe('Retry-After under a backoff', () => {
  it.each([
    [429, '30', 30_000],
    [503, '30', 30_000],
    [503, 'Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    [503, '0', 1_000],
    [503, '-5', 1_000],
    [503, '1.5', 1_500],
    [503, 'soon', 1_000],
    [503, 'Fri, 20 Nov 2020 12:00:30 GMT', 1_000],
    [500, '30', 30_000],
  ])('is a floor: %i with "%s" waits %i ms', (status, value, delayMs) => {
    expect(retries({ any: {} }, response(status, { 'retry-after': value }))).toMatchObject({ then: 'retry', delayMs });
  });

  it('never shortens the backoff', () => {
    const history = { attempts: 6, retries: { '503': 5 } };
    const decision = retries({ '503': { limit: 9 } }, response(503, { 'retry-after': '2' }), { history });
    expect(decision).toMatchObject({ then: 'retry', inputs: { retryAfter: '2' } });
    expect(decision.then === 'retry' && decision.delayMs).toBeGreaterThan(15_000);
  });
});

describe('waits that are too long', () => {
  const headers = { strategy: 'headers' as const, resetHeader: 'x-reset', maxWaitSeconds: 60 };
  const tooLong = { then: 'fail', error: { code: 'rate_limit_wait_too_long', retryable: true } };

  it('end the job instead of being shortened', () => {
    expect(retries({ '429': headers }, response(429, { 'x-reset': '61' }))).toMatchObject(tooLong);
    expect(retries({ '429': headers }, response(429, { 'retry-after': '61' }))).toMatchObject(tooLong);
    expect(retries({ '503': {} }, response(503, { 'retry-after': '3601' }))).toMatchObject(tooLong);
    expect(retries({ '429': headers }, response(429, { 'x-reset': '60' }), { random: 0.9 }).then).toBe('retry');
  });

  it('end the job when they pass its deadline', () => {
    const deadlineAtMs = now + 30_000;
    expect(retries({ '429': headers }, response(429, { 'x-reset': '31' }), { deadlineAtMs })).toMatchObject(tooLong);
    expect(retries({ '429': headers }, response(429, { 'x-reset': '29' }), { deadlineAtMs }).then).toBe('retry');
  });

  it('end it with deadline_exceeded when it is only a backoff', () => {
    const decision = retries({ '500': { minTimeoutInMs: 5_000 } }, response(500), { deadlineAtMs: now + 4_000 });
    expect(decision).toMatchObject({ then: 'fail', error: { code: 'deadline_exceeded' } });
  });
});

describe('deciding about what is no response', () => {
  it('retries a failure that sent nothing, even of a POST', () => {
    const post = policy({ method: 'POST' });
    expect(decided(post, broken('connection_refused', false))).toMatchObject({
      then: 'retry',
      countAs: 'connection_error',
      retry: { count: 1, limit: 5 },
    });
    expect(decided(post, timedOut(false))).toMatchObject({ then: 'retry', countAs: 'timeout' });
  });

  it('does not repeat a POST that may have been received', () => {
    const post = policy({ method: 'POST' });
    const reset = decided(post, broken('connection_reset', true));
    expect(reset).toMatchObject({ then: 'fail', error: { code: 'connection_reset', retryable: true } });
    expect(reset.why).toContain('Idempotency-Key');
    expect(decided(post, timedOut(true))).toMatchObject({ then: 'fail', error: { code: 'timeout' } });
    expect(decided(policy(), timedOut(true))).toMatchObject({ then: 'retry', retry: { limit: 3 } });
  });

  it('counts timeouts and connection errors apart', () => {
    const history = { attempts: 4, retries: { timeout: 3 } };
    expect(decided(policy(), timedOut(true), { history }).then).toBe('fail');
    expect(decided(policy(), broken('connection_reset', true), { history }).then).toBe('retry');
  });

  it('does not follow the same redirects again', () => {
    const decision = decided(policy(), broken('too_many_redirects', true));
    expect(decision).toMatchObject({ then: 'fail', error: { code: 'too_many_redirects', retryable: false } });
  });

  it.each([
    ['blocked', 'blocked_target'],
    ['invalid_request', 'invalid_request'],
  ] as const)('fails at once when it was %s', (kind, code) => {
    const decision = decided(policy({ retry: { any: {} } }), { kind, message: 'no', timings });
    expect(decision).toMatchObject({ then: 'fail', error: { code, retryable: false } });
  });

  it('tries again at once after an interruption, and fails at the third', () => {
    const interrupted = { kind: 'interrupted', by: 'worker_lost' } as const;
    const history = { attempts: 0, interruptions: 2 };
    const again = decided(policy(), interrupted, { history });
    expect(again).toMatchObject({ then: 'retry', delayMs: 0, countAs: null });
    const lost = { then: 'fail', error: { code: 'worker_lost' } };
    expect(decided(policy(), interrupted, { history: { interruptions: 3 } })).toMatchObject(lost);
    expect(decided(policy({ onInterrupted: 'fail' }), interrupted, { history })).toMatchObject(lost);
    const late = decided(policy(), interrupted, { history, deadlineAtMs: now });
    expect(late).toMatchObject({ then: 'fail', error: { code: 'deadline_exceeded' } });
  });
});

it('every decision can be stored as JSON and has a sentence', () => {
  const outcome = fc.oneof(
    fc
      .tuple(fc.integer({ min: 100, max: 999 }), fc.string(), fc.string())
      .map(([status, retryAfter, reset]) =>
        response(status, { 'retry-after': retryAfter, 'x-ratelimit-reset': reset }),
      ),
    fc.boolean().map(timedOut),
    fc.boolean().map((sent) => broken('connection_reset', sent)),
  );
  const presetName = fc.constantFrom('none', 'default', 'openai', 'anthropic');
  fc.assert(
    fc.property(outcome, presetName, fc.nat(30), (of, retry, attempts) => {
      const decision = retries(retry, of, { history: { attempts } });
      expect(decision.why).toMatch(/\.$/);
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      if (decision.then === 'retry') expect(Number.isSafeInteger(decision.delayMs) && decision.delayMs >= 0).toBe(true);
    }),
  );
});
