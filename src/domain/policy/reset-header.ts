import { parseHttpDate, parseIsoDate } from '#src/domain/text/date-text.ts';
import { listItems } from './header-values.ts';
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
 * Returns the instant that a rate limit's reset header announces, in epoch milliseconds by our clock, or null if it
 * cannot be read as `format`. Dates in the past are returned as they are. `auto` recognises an HTTP-date, an ISO 8601
 * date, a duration as OpenAI writes it (`6m59s`), and numbers. A number means seconds from now, Unix seconds or Unix
 * milliseconds, by its size. Of a list the latest instant counts.
 *
 * @param serverNowMs the server's own time when it answered: dates and Unix times are counted from it
 */
export function readReset(value: string, format: ResetFormat, nowMs: number, serverNowMs = nowMs): number | null {
  const aheadMs = serverNowMs - nowMs;
  return latestOf(value, (text) => {
    switch (format) {
      case 'unix_timestamp':
        return ourTime(instant(decimal(text), 1_000, 0), aheadMs);
      case 'unix_timestamp_in_ms':
        return ourTime(instant(decimal(text), 1, 0), aheadMs);
      case 'delta_seconds':
        return instant(decimal(text), 1_000, nowMs);
      case 'iso_8601':
        return ourTime(parseIsoDate(text), aheadMs);
      case 'http_date':
        return ourTime(parseHttpDate(text, nowMs), aheadMs);
      case 'iso_8601_duration_openai_variant':
        return instant(parseDuration(text), 1, nowMs);
      case 'auto':
        return readAuto(text, nowMs, aheadMs);
    }
  });
}

/**
 * Returns the instant that a `Retry-After` header names, in epoch milliseconds by our clock: seconds (also `1.5`), an
 * HTTP-date, and what servers write besides (RFC 9110 §10.2.3 knows only those): an ISO 8601 date, a duration such as
 * `1m30s`. Of a list the latest instant counts. Values to ignore are negative numbers, dates in the past, and anything
 * else; null if there is no other value.
 *
 * @param serverNowMs the server's own time when it answered: dates are counted from it
 */
export function readRetryAfter(value: string, nowMs: number, serverNowMs = nowMs): number | null {
  return latestOf(value, (text) => {
    const fromNow = instant(decimal(text), 1_000, nowMs) ?? instant(parseDuration(text), 1, nowMs);
    if (fromNow !== null) return fromNow;
    const date = ourTime(parseHttpDate(text, nowMs) ?? parseIsoDate(text), serverNowMs - nowMs);
    return date === null || date < nowMs ? null : date;
  });
}

/** Returns the instant that a number of milliseconds from now names (`retry-after-ms`); of a list the latest. */
export function readDelayMs(value: string, nowMs: number): number | null {
  return latestOf(value, (text) => instant(decimal(text), 1, nowMs));
}

/** Values of a `RateLimit` header: the remaining quota, and the time when the window resets. */
export type RateLimitReading = { remaining: string | null; resetAtMs: number };

/**
 * Reads the IETF `RateLimit` header in both its forms: `"default";r=0;t=30` and the older
 * `limit=100, remaining=0, reset=30`, each several times, by commas. Of several windows, it returns the used-up one that
 * resets last, otherwise the first.
 */
export function readRateLimit(value: string, nowMs: number): RateLimitReading | null {
  const older = [...value.matchAll(/(?:^|[,;\s])reset=(\d+)/gi)].map(([, seconds]) => seconds);
  const left = [...value.matchAll(/(?:^|[,;\s])remaining=(\d+)/gi)].map(([, remaining]) => remaining);
  const windows =
    older.length > 0
      ? older.map((seconds, index) => [seconds, left[index]])
      : value.split(',').map((item) => [/;\s*t=(\d+)/.exec(item)?.[1], /;\s*r=(\d+)/.exec(item)?.[1]]);
  let chosen: RateLimitReading | null = null;
  for (const [seconds, remaining = null] of windows) {
    const resetAtMs = seconds === undefined ? null : instant(Number(seconds), 1_000, nowMs);
    if (resetAtMs === null) continue;
    const reading = { remaining, resetAtMs };
    if (chosen === null || outlasts(reading, chosen)) chosen = reading;
  }
  return chosen;
}

function outlasts(reading: RateLimitReading, other: RateLimitReading): boolean {
  const usedUp = Number(reading.remaining ?? 0) === 0;
  const otherUsedUp = Number(other.remaining ?? 0) === 0;
  return usedUp && (!otherUsedUp || reading.resetAtMs > other.resetAtMs);
}

function readAuto(text: string, nowMs: number, aheadMs: number): number | null {
  const number = decimal(text);
  if (number === null) {
    const date = parseHttpDate(text, nowMs) ?? parseIsoDate(text);
    return ourTime(date, aheadMs) ?? instant(parseDuration(text), 1, nowMs);
  }
  if (number < firstUnixSeconds) return instant(number, 1_000, nowMs);
  if (number < firstNotSeconds) return ourTime(instant(number, 1_000, 0), aheadMs);
  if (number >= firstUnixMs && number < firstNotMs) return ourTime(instant(number, 1, 0), aheadMs);
  return null;
}

/** Reads a text as a whole, since a date may hold commas, otherwise as a list, of which the latest instant counts. */
function latestOf(value: string, read: (text: string) => number | null): number | null {
  const whole = read(value.trim());
  if (whole !== null || !value.includes(',')) return whole;
  let latest: number | null = null;
  // A hostile list repeats one item thousands of times.
  for (const item of new Set(listItems(value))) {
    const at = read(item);
    if (at !== null && (latest === null || at > latest)) latest = at;
  }
  return latest;
}

/** Returns an instant of a server's clock, which is `aheadMs` ahead of ours, as an instant of our clock. */
function ourTime(atMs: number | null, aheadMs: number): number | null {
  return atMs === null ? null : Math.min(lastInstant, atMs - aheadMs);
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
