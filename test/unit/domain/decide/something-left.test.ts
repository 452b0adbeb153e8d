import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { response } from './outcomes.ts';
import { atRetry, delayOf, retries, tooLong } from './retried.ts';

describe('a limit of which something is left', () => {
  const rule = {
    strategy: 'headers' as const,
    resetHeader: ['x-reset-requests', 'x-reset-tokens'],
    remainingHeader: ['x-left-requests', 'x-left-tokens'],
    limit: 4,
  };
  const left = (requests: string, tokens: string) =>
    response(429, {
      'x-left-requests': '59',
      'x-reset-requests': requests,
      'x-left-tokens': '800',
      'x-reset-tokens': tokens,
    });

  it('is waited for by a backoff that grows, and the last retry comes after the latest reset', () => {
    const waits = [0, 1, 2, 3].map((k) => delayOf(atRetry({ '429': rule }, '429', k, left('1s', '6m'))));
    expect(waits).toEqual([1_000, 1_800, 3_240, 360_000]);
    expect(atRetry({ '429': rule }, '429', 1, left('1s', '6m')).why).toBe(
      '429 matched rule "429": 59 left, backoff, 1.8 s. Retry 2 of 4.',
    );
    const last = atRetry({ '429': rule }, '429', 3, left('1s', '6m'), 0.5);
    expect(last).toMatchObject({
      delayMs: 360_500,
      inputs: { usedHeaders: ['x-reset-tokens', 'x-left-tokens'], remaining: '800' },
    });
    expect(last.why).toBe(
      '429 matched rule "429": 800 left, but this is the last retry: waiting for x-reset-tokens, 360 s and 500 ms of spread. Retry 4 of 4.',
    );
  });

  it('is not waited for longer than its reset, nor shorter than the backoff’s minimum', () => {
    const capped = atRetry({ '429': rule }, '429', 2, left('1s', '2s'));
    expect(delayOf(capped)).toBe(2_000);
    expect(capped.why).toBe(
      '429 matched rule "429": 800 left, waiting no longer than for x-reset-tokens, 2 s and 0 ms of spread (backoff 3.2 s). Retry 3 of 4.',
    );
    expect(delayOf(atRetry({ '429': rule }, '429', 2, left('10ms', '20ms')))).toBe(1_000);
  });

  it('is left to the backoff if the reset is over or cannot be read', () => {
    for (const reset of ['0', 'soon']) {
      const waits = [0, 1, 2, 3].map((k) => delayOf(atRetry({ '429': rule }, '429', k, left(reset, reset))));
      expect(waits).toEqual([1_000, 1_800, 3_240, 5_833]);
    }
  });

  it.each(['default', 'openai'])('grows with %s also under a Retry-After, which is only its floor', (preset) => {
    const rule = preset === 'openai' ? '429#2' : '429';
    const asks = (retryAfter: string) =>
      response(429, {
        'retry-after': retryAfter,
        'x-ratelimit-remaining-tokens': '800',
        'x-ratelimit-reset-tokens': '6m',
      });
    const waits = (retryAfter: string) =>
      [0, 1, 2, 9].map((k) => delayOf(atRetry(preset, rule, k, asks(retryAfter), 0)));
    expect(waits('0')).toEqual([1_000, 1_800, 3_240, 360_000]);
    expect(waits('2')).toEqual([2_000, 2_000, 3_240, 360_000]);
    expect(waits('400')).toEqual([400_000, 400_000, 400_000, 400_000]);
    expect(atRetry(preset, rule, 0, asks('20'), 0.5).why).toBe(
      `429 matched rule "${rule}": waiting as retry-after asks, 20 s and 500 ms of spread (backoff 1.5 s). Retry 1 of 10.`,
    );
  });

  it('ends the job if its last retry would have to wait too long', () => {
    expect(atRetry({ '429': rule }, '429', 2, left('1s', '2h')).then).toBe('retry');
    expect(atRetry({ '429': rule }, '429', 3, left('1s', '2h'))).toMatchObject(tooLong);
  });

  it('has its last retry also where maxAttempts leaves only one', () => {
    const history = { attempts: 2, retries: { '429': 1 } };
    expect(delayOf(retries({ '429': rule }, left('1s', '6m'), { history, maxAttempts: 3 }))).toBe(360_000);
  });

  it('never spends all retries before the reset, and never waits longer than for it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_600 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (resetSeconds, limit, random) => {
          let elapsedMs = 0;
          for (let k = 0; k < limit; k++) {
            const restMs = Math.max(0, resetSeconds * 1_000 - elapsedMs);
            if (restMs === 0) return;
            const outcome = left('1s', `${restMs}ms`);
            const delayMs = delayOf(atRetry({ '429': { ...rule, limit } }, '429', k, outcome, random));
            expect(delayMs).toBeLessThanOrEqual(Math.max(restMs + 1_000, 2_000));
            elapsedMs += delayMs;
          }
          expect(elapsedMs).toBeGreaterThanOrEqual(resetSeconds * 1_000);
        },
      ),
    );
  });
});
