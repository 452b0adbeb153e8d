import { parseHttpDate, parseIsoDate } from '#src/domain/text/date-text.ts';
import type { ResetFormat } from './policy.ts';

/** The last instant of a JavaScript date. Later instants are read as this one. */
const lastInstant = 8_640_000_000_000_000;

/** A bare number below this counts seconds from now (as a Unix time it would be before 2001-09-09). */
const firstUnixSeconds = 1_000_000_000;
/** A bare number from this on cannot be Unix seconds (it would be the year 5138). */
const firstNotSeconds = 100_000_000_000;
/**
 * A bare number from this on counts milliseconds (2001-09-09). Between `firstNotSeconds` and this one it is neither.
 */
const firstUnixMs = 1_000_000_000_000;
/** A bare number from this on cannot be milliseconds either (the year 5138). Micro- and nanoseconds are not guessed. */
const firstNotMs = 100_000_000_000_000;

/**
 * Returns the instant that a rate limit's reset header announces, in epoch milliseconds, or null if it cannot be read
 * as `format`. Dates in the past are returned as they are. `auto` recognises an HTTP-date, an ISO 8601 date, a duration
 * as OpenAI writes it (`6m59s`), and numbers. A number means seconds from now, Unix seconds or Unix milliseconds, by
 * its size.
 */
export function readReset(value: string, format: ResetFormat, nowMs: number): number | null {
  const text = value.trim();
  switch (format) {
    case 'unix_timestamp':
      return instant(decimal(text), 1_000, 0);
    case 'unix_timestamp_in_ms':
      return instant(decimal(text), 1, 0);
    case 'delta_seconds':
      return instant(decimal(text), 1_000, nowMs);
    case 'iso_8601':
      return parseIsoDate(text);
    case 'http_date':
      return parseHttpDate(text, nowMs);
    case 'iso_8601_duration_openai_variant':
      return instant(parseDuration(text), 1, nowMs);
    case 'auto':
      return readAuto(text, nowMs);
  }
}

/**
 * Returns the instant that a `Retry-After` header names (RFC 9110 §10.2.3: whole seconds, or an HTTP-date), in epoch
 * milliseconds. Returns null for values to ignore: negative numbers, fractions, dates in the past, anything else.
 */
export function readRetryAfter(value: string, nowMs: number): number | null {
  const text = value.trim();
  if (/^\d+$/.test(text)) return instant(Number(text), 1_000, nowMs);
  const date = parseHttpDate(text, nowMs);
  return date === null || date < nowMs ? null : date;
}

/** Values of a `RateLimit` header: the remaining quota, and the time when the window resets. */
export type RateLimitReading = { remaining: string | null; resetAtMs: number };

/**
 * Reads the IETF `RateLimit` header in both its forms: `"default";r=0;t=30` (several, by commas) and the older
 * `limit=100, remaining=0, reset=30`. Of several windows, it returns the used-up one that resets last, otherwise the
 * first.
 */
export function readRateLimit(value: string, nowMs: number): RateLimitReading | null {
  const older = /(?:^|[,;\s])reset=(\d+)/i.exec(value);
  if (older !== null) {
    const remaining = /(?:^|[,;\s])remaining=(\d+)/i.exec(value);
    const resetAtMs = instant(Number(older[1]), 1_000, nowMs);
    return resetAtMs === null ? null : { remaining: remaining?.[1] ?? null, resetAtMs };
  }
  let chosen: RateLimitReading | null = null;
  for (const item of value.split(',')) {
    const seconds = /;\s*t=(\d+)/.exec(item)?.[1];
    const resetAtMs = seconds === undefined ? null : instant(Number(seconds), 1_000, nowMs);
    if (resetAtMs === null) continue;
    const reading = { remaining: /;\s*r=(\d+)/.exec(item)?.[1] ?? null, resetAtMs };
    if (chosen === null || outlasts(reading, chosen)) chosen = reading;
  }
  return chosen;
}

function outlasts(reading: RateLimitReading, other: RateLimitReading): boolean {
  const usedUp = Number(reading.remaining ?? 0) === 0;
  const otherUsedUp = Number(other.remaining ?? 0) === 0;
  return usedUp && (!otherUsedUp || reading.resetAtMs > other.resetAtMs);
}

function readAuto(text: string, nowMs: number): number | null {
  const number = decimal(text);
  if (number === null) {
    return parseHttpDate(text, nowMs) ?? parseIsoDate(text) ?? instant(parseDuration(text), 1, nowMs);
  }
  if (number < firstUnixSeconds) return instant(number, 1_000, nowMs);
  if (number < firstNotSeconds) return instant(number, 1_000, 0);
  if (number >= firstUnixMs && number < firstNotMs) return instant(number, 1, 0);
  return null;
}

function decimal(text: string): number | null {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

/** Returns the instant, rounded up: a retry that starts a fraction of a millisecond before it would be too early. */
function instant(amount: number | null, unitMs: number, fromMs: number): number | null {
  return amount === null ? null : Math.min(lastInstant, Math.ceil(fromMs + amount * unitMs));
}

const durationForm =
  /^(?=\d)(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** Returns a duration such as `1d22h8m1s`, `3h36m7.312s` or `72ms` in milliseconds. */
function parseDuration(text: string): number | null {
  const parts = durationForm.exec(text);
  if (parts === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', ms = '0'] = parts;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms);
}
