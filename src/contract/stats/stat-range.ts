/** Time ranges of the statistics, each ending now. */
export const statRanges = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;

/** See `statRanges`. */
export type StatRange = (typeof statRanges)[number];

/** Milliseconds of each range, and of one point of its charts. A chart has 15 to 60 points. */
export const statRangeMs: Readonly<Record<StatRange, { range: number; step: number }>> = {
  '15m': { range: 900_000, step: 60_000 },
  '1h': { range: 3_600_000, step: 60_000 },
  '6h': { range: 21_600_000, step: 600_000 },
  '24h': { range: 86_400_000, step: 1_800_000 },
  '7d': { range: 604_800_000, step: 14_400_000 },
  '30d': { range: 2_592_000_000, step: 43_200_000 },
};

/** A time span: one of the usual ranges, which end now, or limits in ISO 8601. */
export type StatSpan =
  | { range: StatRange; from?: undefined; to?: undefined }
  | { range?: undefined; from: string; to: string };
