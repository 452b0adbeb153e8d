/**
 * Durations counted in buckets: the bucket's index as text → the count. Each bound is an eighth of a doubling above the
 * one before, so a distribution of any size takes a few dozen numbers. The histograms of parts add up to that of the
 * whole.
 */
export type Histogram = Record<string, number>;

/** Number of buckets for each doubling. The upper bound of each bucket is 9.05 % above the lower. */
const bucketsPerDoubling = 8;
/** Index of the bucket for durations below one millisecond. */
const none = -1;

/**
 * Counts one duration in the histogram and returns the histogram. A fraction is rounded; a negative duration counts as
 * 0.
 */
export function addDuration(histogram: Histogram, ms: number): Histogram {
  const index = String(bucketOf(ms));
  histogram[index] = (histogram[index] ?? 0) + 1;
  return histogram;
}

/** Adds the counts of `part` to `whole`. */
export function addHistogram(whole: Histogram, part: Histogram): void {
  for (const [index, count] of Object.entries(part)) whole[index] = (whole[index] ?? 0) + count;
}

/**
 * Returns the durations that the given shares (0 – 1) of all values stay within, in whole milliseconds and right to
 * within a tenth. Returns null if nothing was counted.
 */
export function quantiles(histogram: Histogram, shares: readonly number[]): number[] | null {
  const buckets = Object.entries(histogram)
    .map(([index, count]) => ({ index: Number(index), count }))
    .sort((a, b) => a.index - b.index);
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (total === 0) return null;
  return shares.map((share) => {
    const rank = Math.min(total, Math.max(1, Math.ceil(share * total)));
    let before = 0;
    for (const { index, count } of buckets) {
      if (before + count >= rank) return within(index, (rank - before - 0.5) / count);
      before += count;
    }
    return 0;
  });
}

/** A histogram with cumulative counts, as Prometheus uses it: each bucket counts all durations up to its bound. */
export type CumulativeHistogram = { buckets: { upTo: number; count: number }[]; count: number; sum: number };

const doublings = 21;

/**
 * Returns the histogram with fewer, fixed bounds, in seconds: just below each doubling of a millisecond, up to 35
 * minutes. Durations are whole milliseconds, so the counts are exact. The sum takes each duration as the middle of its
 * bucket and is right to within a tenth.
 */
export function toSeconds(histogram: Histogram): CumulativeHistogram {
  const buckets = Array.from({ length: doublings }, (_, index) => ({ upTo: (2 ** (index + 1) - 1) / 1_000, count: 0 }));
  let count = 0;
  let sumMs = 0;
  for (const [key, times] of Object.entries(histogram)) {
    const index = Number(key);
    count += times;
    sumMs += within(index, 0.5) * times;
    for (const [at, bucket] of buckets.entries()) if (index < (at + 1) * bucketsPerDoubling) bucket.count += times;
  }
  return { buckets, count, sum: sumMs / 1_000 };
}

function bucketOf(ms: number): number {
  const whole = Math.round(ms);
  return whole >= 1 ? Math.floor(Math.log2(whole) * bucketsPerDoubling) : none;
}

/**
 * Returns the whole number at a share of a bucket's width. The bucket is taken as evenly filled, on the scale of its
 * bounds.
 */
function within(index: number, share: number): number {
  if (index === none) return 0;
  const bound = (at: number) => 2 ** (at / bucketsPerDoubling);
  const highest = Math.ceil(bound(index + 1)) - 1;
  return Math.min(highest, Math.max(Math.ceil(bound(index)), Math.round(bound(index + share))));
}
