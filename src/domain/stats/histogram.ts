/**
 * Durations counted in buckets whose bounds grow by an eighth of a doubling, so that a distribution of any size takes a
 * few dozen numbers: the bucket's index as text → how many. Histograms of parts add up to that of the whole.
 */
export type Histogram = Record<string, number>;

/** Eight buckets for each doubling: the upper bound of each is 9.05 % above the lower. */
const bucketsPerDoubling = 8;
/** Less than a millisecond. */
const none = -1;

/** Counts one duration in the histogram and answers it; a fraction is rounded, less than nothing counts as 0. */
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
 * The durations that the given shares (0 – 1) of all stay within, in whole milliseconds and right to within a tenth; null
 * when nothing was counted.
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

/** A histogram as counts of all that is at most so long, as Prometheus has them. */
export type CumulativeHistogram = { buckets: { upTo: number; count: number }[]; count: number; sum: number };

const doublings = 21;

/**
 * The same by fewer, fixed bounds, in seconds: just below each doubling of a millisecond, up to 35 minutes. Durations are
 * whole milliseconds, so the counts are exact; the sum takes each duration as the middle of its bucket, and is right to
 * within a tenth.
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

/** The whole number at a share of a bucket's width: taken as evenly filled, on the scale its bounds grow by. */
function within(index: number, share: number): number {
  if (index === none) return 0;
  const bound = (at: number) => 2 ** (at / bucketsPerDoubling);
  const highest = Math.ceil(bound(index + 1)) - 1;
  return Math.min(highest, Math.max(Math.ceil(bound(index)), Math.round(bound(index + share))));
}
