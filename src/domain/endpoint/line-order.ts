const markMs = 300_000;
const marks = 6;

/**
 * Order in which an endpoint's line is fetched: first ends of jobs and events for operators, then deliveries that are
 * sent again, last events about progress.
 */
export const lineRank = { end: 0, again: 1, progress: 2 } as const;
export type LineRank = (typeof lineRank)[keyof typeof lineRank];
/**
 * Milliseconds between the timestamps of one rank and the next. Each rank has its own timestamps, so an index finds its
 * deliveries without reading the others.
 */
const rankMs = 1;
/** Milliseconds from the timestamp of the first rank to that of the last. */
export const ranksMs = lineRank.progress * rankMs;

/**
 * Returns the timestamps, in epoch milliseconds, at which deliveries of a rank wait in an endpoint's line: one every
 * five minutes, at an offset of the endpoint's own. All that wait for one endpoint share a few exact timestamps, so
 * that the partial index on next_attempt_at (delivery_unadmitted_idx) finds them, however many wait for other
 * endpoints. The first two timestamps are too close to place anything at.
 */
export function lineTimes(endpointId: string, nowMs: number, rank: LineRank): number[] {
  const offset = Number.parseInt(endpointId.slice(-8), 16) % markMs;
  const last = Math.floor((nowMs - offset) / markMs) * markMs + offset;
  return Array.from({ length: marks + 2 }, (_, index) => last + index * markMs + rank * rankMs);
}

/**
 * Returns timestamps for deliveries that join the line. They are spread over several timestamps, so that deliveries
 * which nobody fetches do not all come due at once.
 */
export function lineTimesFor(endpointId: string, nowMs: number, count: number, rank: LineRank): number[] {
  const open = lineTimes(endpointId, nowMs, rank).slice(2);
  return Array.from({ length: count }, (_, index) => open[index % open.length] as number);
}
