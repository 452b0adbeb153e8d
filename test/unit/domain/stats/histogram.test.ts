import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDuration, addHistogram, type Histogram, quantiles, toSeconds } from '#src/domain/stats/histogram.ts';

const histogramOf = (durations: number[]): Histogram =>
  durations.reduce<Histogram>((histogram, ms) => addDuration(histogram, ms), {});

/** The smallest duration that at least this share of all stays within. */
function exact(durations: number[], share: number): number {
  const sorted = [...durations].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** From nothing to more than thirty days, small ones as often as large ones. */
const duration = fc.oneof(
  fc.nat(20),
  fc.nat(2_000),
  fc.nat(1_800_000),
  fc.double({ min: 0, max: 31.5, noNaN: true }).map((doublings) => Math.round(2 ** doublings)),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 300 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile', () => {
  it('is within a tenth of the exact one', () => {
    fc.assert(
      fc.property(durations, share, (all, at) => {
        const [estimate] = quantiles(histogramOf(all), [at]) ?? [];
        const truth = exact(all, at);
        expect(Math.abs((estimate ?? Number.NaN) - truth)).toBeLessThanOrEqual(truth * 0.1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of equal durations is within a tenth at every share, however many there are', () => {
    fc.assert(
      fc.property(duration, fc.integer({ min: 1, max: 10_000 }), share, (ms, count, at) => {
        const [index = ''] = Object.keys(histogramOf([ms]));
        const [estimate] = quantiles({ [index]: count }, [at]) ?? [];
        expect(Math.abs((estimate ?? Number.NaN) - ms)).toBeLessThanOrEqual(ms * 0.1);
      }),
    );
  });

  it('never falls as the share grows', () => {
    fc.assert(
      fc.property(durations, fc.array(share, { minLength: 2 }), (all, shares) => {
        const values =
          quantiles(
            histogramOf(all),
            shares.sort((a, b) => a - b),
          ) ?? [];
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }),
    );
  });

  it('of nothing is null, and of what took no time is nothing', () => {
    expect(quantiles({}, [0.5])).toBeNull();
    expect(quantiles(histogramOf([0, -5, Number.NaN]), [0.5, 0.99])).toEqual([0, 0]);
  });
});

it('the histograms of parts add up to that of the whole', () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const sum = histogramOf(some);
      addHistogram(sum, histogramOf(others));
      expect(sum).toEqual(histogramOf([...some, ...others]));
    }),
  );
});

it('a histogram of any durations holds at most 260 numbers', () => {
  const all = Array.from({ length: 100_000 }, (_, i) => Math.round(1.0002 ** i * 1.3)).filter((ms) => ms < 2 ** 32);
  expect(Object.keys(histogramOf(all)).length).toBeLessThan(260);
});

describe('in seconds and by fixed bounds', () => {
  it('it counts exactly what is at most so long', () => {
    fc.assert(
      fc.property(durations, (all) => {
        const { buckets, count } = toSeconds(histogramOf(all));
        expect(count).toBe(all.length);
        for (const bucket of buckets)
          expect(bucket.count).toBe(all.filter((ms) => ms <= Math.round(bucket.upTo * 1_000)).length);
      }),
    );
  });

  it('its sum is right to within a tenth', () => {
    fc.assert(
      fc.property(durations, (all) => {
        const exactly = all.reduce((total, ms) => total + ms, 0) / 1_000;
        expect(Math.abs(toSeconds(histogramOf(all)).sum - exactly)).toBeLessThanOrEqual(exactly * 0.1);
      }),
    );
  });

  it('its bounds go from a millisecond to more than half an hour', () => {
    const { buckets } = toSeconds({});
    expect(buckets[0]?.upTo).toBe(0.001);
    expect(buckets.at(-1)?.upTo).toBeGreaterThan(1_800);
  });
});
