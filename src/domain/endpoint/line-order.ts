const markMs = 300_000;
const marks = 6;

/** Who goes first from a line: ends of jobs and what operators are to know; then what is sent again; last events of progress. */
export const lineRank = { end: 0, again: 1, progress: 2 } as const;
export type LineRank = (typeof lineRank)[keyof typeof lineRank];
/** Each rank has times of its own, this much after those of the one before: an index then leads to it past all others. */
const rankMs = 1;
/** From the time of the first rank to that of the last. */
export const ranksMs = lineRank.progress * rankMs;

/**
 * The times, in epoch milliseconds, under which deliveries of a rank wait in an endpoint's line: one in five minutes, at an
 * instant of its own. Equal times are what lets an index find who waits for this endpoint, however many wait for others. The
 * first two are too near for anybody to be sent there still.
 */
export function lineTimes(endpointId: string, nowMs: number, rank: LineRank): number[] {
  const offset = Number.parseInt(endpointId.slice(-8), 16) % markMs;
  const last = Math.floor((nowMs - offset) / markMs) * markMs + offset;
  return Array.from({ length: marks + 2 }, (_, index) => last + index * markMs + rank * rankMs);
}

/** Where those that come next stand in the line: spread, so that those nobody fetches do not all look for themselves at once. */
export function lineTimesFor(endpointId: string, nowMs: number, count: number, rank: LineRank): number[] {
  const open = lineTimes(endpointId, nowMs, rank).slice(2);
  return Array.from({ length: count }, (_, index) => open[index % open.length] as number);
}
