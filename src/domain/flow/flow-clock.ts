/** How fast a flow may start attempts: at most `limit` within any `periodMs`. */
export type FlowRate = { limit: number; periodMs: number };

/** The part of a flow that decides how many of its jobs may start. Times are epoch milliseconds of the database. */
export type FlowState = {
  /** Attempts that may be under way at once; null: no limit. */
  concurrency: number | null;
  /** Attempts that are under way now, over all workers. */
  underWay: number;
  /** Null: no limit. */
  rate: FlowRate | null;
  isPaused: boolean;
  /** Time at which the next attempt would start if all started evenly; null: none has started yet. */
  nextStartAtMs: number | null;
};

/** Share of the rate at which attempts start evenly. The rest of it is left for a few that start at once. */
const evenShare = 0.9;
/** One in so many of the limit may start at once. */
const burstOf = 20;

/**
 * Returns how many attempts of a flow may start now: the smallest of what concurrency, rate and `most` allow.
 *
 * Attempts start evenly, at nine tenths of the rate, and a twentieth of the limit may start at once. Together these
 * never exceed the limit within any period, wherever the period begins.
 */
export function mayStart(flow: FlowState, nowMs: number, most: number): number {
  if (flow.isPaused) return 0;
  const free = flow.concurrency === null ? most : flow.concurrency - flow.underWay;
  return Math.max(0, Math.min(most, free, startsByRate(flow, nowMs)));
}

function startsByRate({ rate, nextStartAtMs }: FlowState, nowMs: number): number {
  if (rate === null) return Number.POSITIVE_INFINITY;
  const apart = apartMs(rate);
  const next = Math.max(nowMs, nextStartAtMs ?? nowMs);
  return Math.floor((nowMs + (burst(rate) - 1) * apart - next) / apart) + 1;
}

/** Returns the flow's `nextStartAtMs` after `count` attempts have started. */
export function afterStarts(flow: FlowState, nowMs: number, count: number): number | null {
  if (flow.rate === null || count === 0) return flow.nextStartAtMs;
  return Math.max(nowMs, flow.nextStartAtMs ?? nowMs) + count * apartMs(flow.rate);
}

/** Returns the time at which the rate lets the next attempt start: the present if it does so now, or has no rate. */
export function nextByRate({ rate, nextStartAtMs }: Pick<FlowState, 'rate' | 'nextStartAtMs'>, nowMs: number): number {
  if (rate === null || nextStartAtMs === null) return nowMs;
  return Math.max(nowMs, nextStartAtMs - (burst(rate) - 1) * apartMs(rate));
}

function apartMs({ limit, periodMs }: FlowRate): number {
  return periodMs / (limit * evenShare);
}

function burst({ limit }: FlowRate): number {
  return Math.max(1, Math.floor(limit / burstOf));
}
