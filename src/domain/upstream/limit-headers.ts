import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { headerText, listItems } from '#src/domain/policy/header-values.ts';
import { presets } from '#src/domain/policy/presets.ts';
import { readRateLimit } from '#src/domain/policy/reset-header.ts';

/**
 * Names of headers that tell of rate limits: `x-ratelimit-*`, `anthropic-ratelimit-*`, `ratelimit`, `retry-after`.
 * PostgreSQL reads the pattern too.
 */
export const limitHeader = /^(?:retry-after(?:-ms)?|(?:[a-z0-9]+-)*rate-?limit(?:-.*)?)$/;

/** What is left of a limit, and the limit itself; null: it was not told. */
export type Left = { left: number; of: number | null };

/** What the headers of an answer say is left. Null: nothing of that kind. */
export type LimitReading = { requests: Left | null; tokens: Left | null };

/** Names of the headers that say how much is left, with those of the limits. The presets of retries know them. */
const windows = [...namesOf('default'), ...namesOf('anthropic')];

function namesOf(preset: 'default' | 'anthropic'): { remaining: string; limit: string }[] {
  return presets[preset].rules.flatMap(({ strategy }) =>
    strategy.strategy === 'headers'
      ? strategy.remainingHeader.map((remaining, at) => ({ remaining, limit: strategy.limitHeader[at] ?? '' }))
      : [],
  );
}

/** Reads what an answer says is left of its limits of requests and tokens. Of several headers the first known counts. */
export function readLeft(headers: HeaderList): LimitReading {
  const reading: LimitReading = { requests: null, tokens: null };
  for (const { remaining, limit } of windows) {
    if (remaining === '') continue;
    const left = leastOf(headerText(headers, remaining));
    if (left === null) continue;
    const kind = remaining.includes('token') ? 'tokens' : 'requests';
    reading[kind] ??= { left, of: leastOf(headerText(headers, limit)) };
  }
  reading.requests ??= draftLeft(headers);
  return reading;
}

/** Reads the `RateLimit` header of the IETF's draft. Its limit is in `RateLimit-Policy`, or in itself in an older form. */
function draftLeft(headers: HeaderList): Left | null {
  const text = headerText(headers, 'ratelimit');
  const left = text === null ? null : numberOf(readRateLimit(text, 0)?.remaining);
  if (text === null || left === null) return null;
  const policy = headerText(headers, 'ratelimit-policy') ?? '';
  const limit = /(?:^|[,;\s])limit=(\d+)/i.exec(text) ?? /;\s*q=(\d+)/.exec(policy);
  return { left, of: numberOf(limit?.[1]) };
}

/** Returns the smallest number of a list; null if any item is no number. */
function leastOf(text: string | null): number | null {
  if (text === null) return null;
  const numbers = listItems(text).map(numberOf);
  return numbers.reduce((least, each) => (least === null || each === null ? null : Math.min(least, each)));
}

function numberOf(text: string | null | undefined): number | null {
  return text != null && /^\d+(?:\.\d+)?(?:;.*)?$/.test(text) ? Number.parseFloat(text) : null;
}
