import { parseHttpDate } from '#src/domain/text/date-text.ts';
import { headerText } from './header-values.ts';
import { readDelayMs, readRetryAfter } from './reset-header.ts';

type HeaderLines = Parameters<typeof headerText>[0];

/** A wait that a response asks for itself: which header says so, its value, and until when. */
export type AskedWait = {
  name: 'retry-after' | 'retry-after-ms';
  value: string;
  /** The value for people to read, with its unit where the value alone would mislead. */
  shown: string;
  /** Instant in epoch milliseconds by our clock; never in the past. */
  atMs: number;
  /** Names of the headers that the reading depends on: `name`, and `date` if that moved it. */
  usedHeaders: string[];
};

/**
 * Returns the time at the server when it answered, in epoch milliseconds: the response's `Date`, or our own time if the
 * response has none that can be read. Dates in other headers are counted from it, so a clock that is wrong, ours or the
 * server's, makes no wait too short or too long.
 */
export function serverTimeMs(headers: HeaderLines, nowMs: number): number {
  const line = headers.find(([name]) => name === 'date')?.[1];
  return (line === undefined ? null : parseHttpDate(line.trim(), nowMs)) ?? nowMs;
}

/**
 * Returns the wait that a response asks for by `retry-after` or `retry-after-ms`; null if neither can be read. If both
 * can, and agree to within a second, then `retry-after-ms` is the exact value of what the other rounds, so it counts.
 * If they contradict each other, nobody knows which is right. Then the later counts: an early request breaks what was
 * asked, a late one costs only time.
 */
export function askedWait(headers: HeaderLines, nowMs: number): AskedWait | null {
  const plain = plainWait(headers, nowMs);
  const value = headerText(headers, 'retry-after-ms');
  const atMs = value === null ? null : readDelayMs(value, nowMs);
  if (value === null || atMs === null) return plain;
  const agrees = plain === null || Math.abs(plain.atMs - atMs) < 1_000;
  if (!agrees && plain.atMs > atMs) return plain;
  return { name: 'retry-after-ms', value, shown: `${value} ms`, atMs, usedHeaders: ['retry-after-ms'] };
}

function plainWait(headers: HeaderLines, nowMs: number): AskedWait | null {
  const value = headerText(headers, 'retry-after');
  if (value === null) return null;
  const atMs = readRetryAfter(value, nowMs, serverTimeMs(headers, nowMs));
  if (atMs === null) return null;
  const moved = atMs !== readRetryAfter(value, nowMs);
  const usedHeaders = moved ? ['retry-after', 'date'] : ['retry-after'];
  return { name: 'retry-after', value, shown: value, atMs, usedHeaders };
}
