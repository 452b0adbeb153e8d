import type { AskedWait } from '#src/domain/policy/asked-wait.ts';
import { headerText, listItems } from '#src/domain/policy/header-values.ts';
import type { HeadersStrategy } from '#src/domain/policy/policy.ts';
import { readRateLimit, readReset } from '#src/domain/policy/reset-header.ts';
import type { HeaderList } from './outcome.ts';

/** A reset header of a response, with the headers at its position in the other lists. */
export type ResetPair = {
  /** Name of the reset header. */
  reset: string;
  /** Value as it came, several lines joined by commas; empty if only the remaining quota came. */
  raw: string;
  remaining: string | null;
  limit: string | null;
  /** Instant in epoch milliseconds by our clock; null: absent or unreadable. */
  resetAtMs: number | null;
  /** True for `retry-after` without a header that says how much is left. */
  isAsked: boolean;
  /** True if the response says that something is left. */
  hasLeft: boolean;
  /** Names of the headers that the reading depends on, for the attempt to show. */
  usedHeaders: string[];
};

/** The two clocks in epoch milliseconds, and what the response asks for by `Retry-After`. */
type Circumstances = { nowMs: number; serverNowMs: number; asked: AskedWait | null };

/** Returns the reset headers of the response, each with the headers at its position in the other lists. */
export function readResetPairs(strategy: HeadersStrategy, headers: HeaderList, about: Circumstances): ResetPair[] {
  const pairs: ResetPair[] = [];
  for (const [index, reset] of strategy.resetHeader.entries()) {
    const remainingName = strategy.remainingHeader[index] ?? '';
    const given = headerText(headers, remainingName);
    const limit = headerText(headers, strategy.limitHeader[index] ?? '');
    const read = readPair(reset, strategy, headers, about);
    // A quota that is used up without a reset time counts as an unreadable reset, not as a missing pair.
    if (read === null && (given === null || leastOf(given) > 0)) continue;
    const remaining = given ?? read?.remaining ?? null;
    pairs.push({
      ...{ reset: read?.name ?? reset, raw: read?.raw ?? '', remaining, limit },
      resetAtMs: read?.resetAtMs ?? null,
      isAsked: given === null && isRetryAfter(reset),
      hasLeft: remaining !== null && leastOf(remaining) > 0,
      usedHeaders: [...(read?.usedHeaders ?? []), ...(given === null ? [] : [remainingName])],
    });
  }
  return pairs;
}

/** Returns the pair whose reset is the latest; null if none can be read. */
export function latestReset(pairs: readonly ResetPair[]): ResetPair | null {
  let latest: ResetPair | null = null;
  for (const pair of pairs) {
    if (pair.resetAtMs !== null && (latest?.resetAtMs == null || pair.resetAtMs > latest.resetAtMs)) latest = pair;
  }
  return latest;
}

type Read = {
  name: string;
  raw: string;
  resetAtMs: number | null;
  remaining: string | null;
  usedHeaders: string[];
};

/** Reads one reset header; null if it is absent. */
function readPair(reset: string, strategy: HeadersStrategy, headers: HeaderList, about: Circumstances): Read | null {
  const { nowMs, serverNowMs, asked } = about;
  if (isRetryAfter(reset)) {
    // An unusable Retry-After counts as absent. Otherwise it would hide the other reset headers.
    if (asked === null) return null;
    const { name, value, atMs, usedHeaders } = asked;
    return { name, raw: value, resetAtMs: atMs, remaining: null, usedHeaders };
  }
  const raw = headerText(headers, reset);
  if (raw === null) return null;
  const structured = reset === 'ratelimit' ? readRateLimit(raw, nowMs) : null;
  if (structured !== null) return { ...structured, name: reset, raw, usedHeaders: [reset] };
  const resetAtMs = readReset(raw, strategy.resetFormat, nowMs, serverNowMs);
  const moved = resetAtMs !== readReset(raw, strategy.resetFormat, nowMs);
  return { name: reset, raw, resetAtMs, remaining: null, usedHeaders: moved ? [reset, 'date'] : [reset] };
}

function isRetryAfter(name: string): boolean {
  return name === 'retry-after' || name === 'retry-after-ms';
}

/** Returns the smallest number of a list: every line must say that something is left. No number at all counts as 0. */
function leastOf(text: string): number {
  const numbers = listItems(text).map(Number);
  return numbers.some(Number.isNaN) ? 0 : Math.min(...numbers);
}
