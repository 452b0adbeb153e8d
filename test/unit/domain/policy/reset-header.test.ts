import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResetFormat } from '#src/domain/policy/policy.ts';
import { readRateLimit, readReset, readRetryAfter } from '#src/domain/policy/reset-header.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('reset headers', () => {
  it.each<[string, ResetFormat, number | null]>([
    ['1795176031', 'unix_timestamp', 31_000],
    ['1795176031.5', 'unix_timestamp', 31_500],
    ['1795176031000', 'unix_timestamp', Number.POSITIVE_INFINITY],
    ['1795176031250', 'unix_timestamp_in_ms', 31_250],
    ['30', 'delta_seconds', 30_000],
    ['0.25', 'delta_seconds', 250],
    ['-5', 'delta_seconds', null],
    ['2026-11-20T12:00:31Z', 'iso_8601', 31_000],
    ['2026-11-20T12:00:31.5Z', 'iso_8601', 31_500],
    ['2026-11-20T13:00:31+01:00', 'iso_8601', 31_000],
    ['2026-11-20T12:00:31', 'iso_8601', 31_000],
    ['2026-11-21', 'iso_8601', 43_200_000],
    ['2026-02-30T00:00:00Z', 'iso_8601', null],
    ['2026-11-20T25:00:00Z', 'iso_8601', null],
    ['Fri, 20 Nov 2026 12:00:31 GMT', 'http_date', 31_000],
    ['Friday, 20-Nov-26 12:00:31 GMT', 'http_date', 31_000],
    ['Fri Nov 20 12:00:31 2026', 'http_date', 31_000],
    ['2026-11-20T12:00:31Z', 'http_date', null],
    ['1s', 'iso_8601_duration_openai_variant', 1_000],
    ['6m59s', 'iso_8601_duration_openai_variant', 419_000],
    ['1h2s', 'iso_8601_duration_openai_variant', 3_602_000],
    ['3h36m7.312s', 'iso_8601_duration_openai_variant', 12_967_312],
    ['72ms', 'iso_8601_duration_openai_variant', 72],
    ['1d22h8m1s', 'iso_8601_duration_openai_variant', 166_081_000],
    ['', 'iso_8601_duration_openai_variant', null],
    ['s', 'iso_8601_duration_openai_variant', null],
    ['1s2m', 'iso_8601_duration_openai_variant', null],
    ['30', 'auto', 30_000],
    ['0', 'auto', 0],
    ['1795176031', 'auto', 31_000],
    ['1795176031000', 'auto', 31_000],
    ['6m59s', 'auto', 419_000],
    ['72ms', 'auto', 72],
    ['2026-11-20T12:00:31Z', 'auto', 31_000],
    ['Fri, 20 Nov 2026 12:00:31 GMT', 'auto', 31_000],
    ['500000000000', 'auto', null],
    ['1795176031000000', 'auto', null],
    ['-1', 'auto', null],
    ['soon', 'auto', null],
    ['', 'auto', null],
  ])('reads "%s" as %s', (value, format, fromNow) => {
    const read = readReset(value, format, now);
    if (fromNow === Number.POSITIVE_INFINITY) expect(read).toBeGreaterThan(now + 1e12);
    else expect(read === null ? null : read - now).toBe(fromNow);
  });

  it('reads back every instant that a server could write, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_700_000_000, max: 4_000_000_000 }), (seconds) => {
        const date = new Date(seconds * 1_000);
        for (const text of [String(seconds), String(seconds * 1_000), date.toISOString(), date.toUTCString()]) {
          expect(readReset(text, 'auto', now)).toBe(seconds * 1_000);
        }
      }),
    );
  });

  it('never answers more than a date can hold', () => {
    expect(() => new Date(readRetryAfter('9'.repeat(300), now) ?? 0).toISOString()).not.toThrow();
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Fri, 20 Nov 2026 12:02:00 GMT', 120_000],
    ['99999999', 99_999_999_000],
    ['-1', null],
    ['1.5', 1_500],
    ['abc', null],
    ['', null],
    ['120 s', null],
    ['1e3', null],
    ['Fri, 20 Nov 2020 12:02:00 GMT', null],
    ['2026-11-20T12:00:31Z', 31_000],
    ['2026-11-20T12:00:31,5Z', 31_500],
  ])('reads Retry-After "%s"', (value, fromNow) => {
    const read = readRetryAfter(value, now);
    expect(read === null ? null : read - now).toBe(fromNow);
  });

  it.each([
    ['"default";r=0;t=30', '0', 30_000],
    ['"burst";r=5;t=1, "day";r=0;t=600, "hour";r=0;t=60', '0', 600_000],
    ['"burst";r=5;t=7', '5', 7_000],
    ['limit=100, remaining=0, reset=50', '0', 50_000],
    ['limit=100, reset=50, remaining=7', '7', 50_000],
    ['limit=9, remaining=0, reset=5, limit=99, remaining=0, reset=50', '0', 50_000],
    ['limit=9, remaining=0, reset=5, limit=99, remaining=8, reset=50', '0', 5_000],
  ])('reads RateLimit %s', (value, remaining, fromNow) => {
    expect(readRateLimit(value, now)).toEqual({ remaining, resetAtMs: now + fromNow });
  });

  it('does not read a RateLimit header that names no reset', () => {
    expect(readRateLimit('100', now)).toBeNull();
  });
});
