const markMs = 300_000;
const marks = 6;

/**
 * The times, in epoch milliseconds, under which deliveries wait in an endpoint's line: one in five minutes, at an instant of
 * its own. Equal times are what lets an index find who waits for this endpoint, however many wait for others. The first two
 * are too near for anybody to be sent there still.
 */
export function lineTimes(endpointId: string, nowMs: number): number[] {
  const offset = Number.parseInt(endpointId.slice(-8), 16) % markMs;
  const last = Math.floor((nowMs - offset) / markMs) * markMs + offset;
  return Array.from({ length: marks + 2 }, (_, index) => last + index * markMs);
}

/** Where those that come next stand in the line: spread, so that those nobody fetches do not all look for themselves at once. */
export function lineTimesFor(endpointId: string, nowMs: number, count: number): number[] {
  const open = lineTimes(endpointId, nowMs).slice(2);
  return Array.from({ length: count }, (_, index) => open[index % open.length] as number);
}
