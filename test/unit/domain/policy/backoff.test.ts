import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, defaultBackoff } from '#src/domain/policy/backoff.ts';

const backoff = fc
  .record({
    min: fc.integer({ min: 0, max: 600_000 }),
    extra: fc.integer({ min: 0, max: 600_000 }),
    factor: fc.double({ min: 1, max: 100, noNaN: true }),
  })
  .map(({ min, extra, factor }) => ({
    limit: 5,
    minTimeoutInMs: min,
    maxTimeoutInMs: min + extra,
    factor,
    randomize: true,
  }));
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const retry = fc.integer({ min: 0, max: 1_000 });

describe('backoff', () => {
  it.each([
    [0, 1_000],
    [1, 1_800],
    [2, 3_240],
    [3, 5_832],
    [6, 34_012],
    [7, 60_000],
    [1_000, 60_000],
  ])('waits min·factor^k, capped, before retry %i', (k, expected) => {
    expect(backoffDelayMs({ ...defaultBackoff, randomize: false }, k, 0.7)).toBe(expected);
  });

  it.each([
    [0, 0, 1_000],
    [0, 0.999_999, 2_000],
    [1, 0, 1_800],
    [1, 0.999_999, 3_600],
    [50, 0, 30_000],
    [50, 0.5, 45_000],
    [50, 0.999_999, 60_000],
  ])('spreads retry %i with a draw of %d to %i ms', (k, random, expected) => {
    expect(backoffDelayMs(defaultBackoff, k, random)).toBe(expected);
  });

  it('never leaves its two bounds, whatever the draw', () => {
    fc.assert(
      fc.property(backoff, retry, draw, fc.boolean(), (fields, k, random, randomize) => {
        const delay = backoffDelayMs({ ...fields, randomize }, k, random);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(fields.minTimeoutInMs);
        expect(delay).toBeLessThanOrEqual(fields.maxTimeoutInMs);
      }),
    );
  });

  it('never shortens a later wait of the same draw', () => {
    fc.assert(
      fc.property(backoff, fc.integer({ min: 0, max: 50 }), draw, (fields, k, random) => {
        expect(backoffDelayMs(fields, k + 1, random)).toBeGreaterThanOrEqual(backoffDelayMs(fields, k, random));
      }),
    );
  });

  it('is zero when its minimum is zero', () => {
    expect(backoffDelayMs({ ...defaultBackoff, minTimeoutInMs: 0 }, 5_000, 0.5)).toBe(0);
  });
});
