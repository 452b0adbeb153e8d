import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { response } from './outcomes.ts';
import { atRetry, delayOf, httpDate, now, retries } from './retried.ts';

describe('waits between all that is asked', () => {
  const seconds = fc.integer({ min: 0, max: 3_600 });
  const askedLine = seconds.chain((asked) =>
    fc
      .constantFrom<[string, string]>(
        ['retry-after', String(asked)],
        ['retry-after', `${asked}.0`],
        ['retry-after', `${asked}s`],
        ['retry-after', `${Math.floor(asked / 60)}m${asked % 60}s`],
        ['retry-after', httpDate(now + asked * 1_000)],
        ['retry-after', new Date(now + asked * 1_000).toISOString()],
        ['retry-after-ms', String(asked * 1_000)],
      )
      .map((line) => ({ asked, line })),
  );
  const resetLine = seconds.map((asked) => ({ asked, line: ['x-ratelimit-reset', String(asked)] as [string, string] }));
  const noise = fc.constantFrom<[string, string]>(['retry-after', 'soon'], ['retry-after', '-7'], ['date', 'never']);

  it('are never shorter than any readable Retry-After, nor longer than the longest wait asked for', () => {
    fc.assert(
      fc.property(
        fc.array(askedLine, { maxLength: 4 }),
        fc.array(resetLine, { maxLength: 2 }),
        fc.array(noise, { maxLength: 2 }),
        fc.constantFrom('default', 'openai', 'anthropic'),
        fc.constantFrom(408, 429, 500, 503),
        fc.constantFrom('0', '7', null),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (asked, resets, noises, preset, status, remaining, random) => {
          const lines: HeaderList = [...noises, ...asked.map(({ line }) => line), ...resets.map(({ line }) => line)];
          if (remaining !== null) lines.push(['x-ratelimit-remaining', remaining]);
          const delayMs = delayOf(retries(preset, response(status, lines), { random }));
          const floors = asked.map((one) => one.asked * 1_000);
          const reset = Math.max(0, ...resets.map((one) => one.asked * 1_000));
          expect(delayMs).toBeGreaterThanOrEqual(Math.max(0, ...floors));
          expect(delayMs).toBeLessThanOrEqual(Math.max(2_000, Math.max(reset, ...floors) + 1_000));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are the difference between a date and the Date beside it, however wrong that clock is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40 * 31_536_000, max: 40 * 31_536_000 }),
        fc.integer({ min: 0, max: 3_600 }),
        fc.constantFrom('retry-after', 'x-ratelimit-reset'),
        fc.boolean(),
        (aheadSeconds, seconds, name, isHttp) => {
          const theirs = now + aheadSeconds * 1_000;
          const at = theirs + seconds * 1_000;
          const value = isHttp ? httpDate(at) : new Date(at).toISOString();
          expect(delayOf(retries('default', response(429, { date: httpDate(theirs), [name]: value })))).toBe(
            seconds * 1_000,
          );
        },
      ),
    );
  });

  it.each([
    '9'.repeat(10_000),
    `-${'9'.repeat(10_000)}`,
    `1.${'9'.repeat(10_000)}`,
    `${'9'.repeat(5_000)}.${'9'.repeat(5_000)}`,
    `${'1'.repeat(9_990)}m`,
    '1m'.repeat(5_000),
    '1,'.repeat(5_000),
    'Fri, '.repeat(2_000),
    'Fri, 20 Nov 2026 12:00:30 GMT, '.repeat(330),
    ' '.repeat(10_000),
    `;${' '.repeat(9_999)}`,
    '; t='.repeat(2_500),
    ',reset='.repeat(1_400),
    Array.from({ length: 2_000 }, (_, index) => index + 1).join(','),
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '0x10',
    '\u0000',
  ])('stay whole numbers, found in no time, whatever the headers say (case %#)', (value) => {
    const names = ['retry-after', 'retry-after-ms', 'ratelimit', 'ratelimit-reset', 'x-ratelimit-reset', 'date'];
    // Time that grows with the square of the length would exceed the test's time limit by far.
    for (const preset of ['default', 'openai', 'anthropic']) {
      for (const remaining of ['0', '5', value]) {
        const list: HeaderList = [...names, ...names].map((name) => [name, value]);
        const outcome = response(429, [...list, ['x-ratelimit-remaining', remaining], ['x-should-retry', value]]);
        for (const k of [0, 9]) {
          const decision = atRetry(preset, '429', k, outcome);
          expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
          if (decision.then === 'retry') expect(Number.isSafeInteger(decision.delayMs)).toBe(true);
          else
            expect(decision.then === 'fail' && decision.error.code).toMatch(
              /^(?:rate_limit_wait_too_long|bad_status)$/,
            );
        }
      }
    }
  });
});
