import { backoffDelayMs } from '#src/domain/policy/backoff.ts';
import type { BackoffStrategy, HeadersStrategy, Strategy } from '#src/domain/policy/policy.ts';
import { headersDefaults } from '#src/domain/policy/presets.ts';
import { readRateLimit, readReset, readRetryAfter } from '#src/domain/policy/reset-header.ts';
import type { DecisionInputs } from './decision.ts';
import type { HeaderList } from './outcome.ts';
import { formatWait } from './outcome-text.ts';

/** The wait before the next attempt, the reason for it, and the values that decided. */
export type Wait = {
  delayMs: number;
  /**
   * The wait that a header asks for, without spread; null: no header decided. `maxWaitSeconds` and the deadline are
   * checked against it.
   */
  askedMs: number | null;
  maxWaitSeconds: number;
  why: string;
  inputs: DecisionInputs;
};

/**
 * The response and the counters that a wait depends on. `k` is the number of retries the rule has used; `random` is
 * uniform in [0, 1).
 */
export type WaitContext = { status: number; headers: HeaderList; k: number; nowMs: number; random: number };

type Pair = { reset: string; raw: string; remaining: string | null; limit: string | null; resetAtMs: number | null };

/**
 * The largest random spread added after a reset, in milliseconds. It keeps all clients that wait for the reset from
 * coming back at the same instant.
 */
const spreadMs = 1_000;

/** Returns the wait of a matched rule. */
export function waitFor(strategy: Strategy, context: WaitContext): Wait {
  return strategy.strategy === 'backoff' ? byBackoff(strategy, context) : byHeaders(strategy, context);
}

function byBackoff(strategy: BackoffStrategy, context: WaitContext): Wait {
  const backoffMs = backoffDelayMs(strategy, context.k, context.random);
  return withFloor(backoffMs, 'backoff', headersDefaults.maxWaitSeconds, { backoffMs }, context);
}

/** Returns the wait, made longer by `Retry-After`. That header sets a minimum for every backoff on 429 and 503. */
function withFloor(
  ms: number,
  name: string,
  maxWaitSeconds: number,
  inputs: DecisionInputs,
  context: WaitContext,
): Wait {
  const backoff = { delayMs: ms, askedMs: null, maxWaitSeconds, why: `${name}, ${formatWait(ms)}`, inputs };
  if (context.status !== 429 && context.status !== 503) return backoff;
  const retryAfter = first(context.headers, 'retry-after');
  if (retryAfter === null) return backoff;
  const askedAtMs = readRetryAfter(retryAfter, context.nowMs);
  const askedMs = askedAtMs === null ? 0 : askedAtMs - context.nowMs;
  const seen = { ...inputs, retryAfter };
  if (askedAtMs === null || askedMs <= ms) return { ...backoff, inputs: seen };
  return {
    delayMs: askedMs,
    askedMs,
    maxWaitSeconds,
    why: `waiting as retry-after asks, ${formatWait(askedMs)} (backoff ${formatWait(ms)})`,
    inputs: { ...seen, usedHeaders: ['retry-after'] },
  };
}

function byHeaders(strategy: HeadersStrategy, context: WaitContext): Wait {
  const pairs = readPairs(strategy, context);
  const usedUp = pairs.filter((pair) => !hasRemaining(pair));
  const readable = usedUp.filter((pair) => pair.resetAtMs !== null);
  const latest = readable.reduce<Pair | null>(
    (best, pair) => (best === null || (pair.resetAtMs ?? 0) > (best.resetAtMs ?? 0) ? pair : best),
    null,
  );
  if (latest !== null) return untilReset(latest, strategy, context);
  if (usedUp.length === 0 && pairs[0] !== undefined) {
    const minimum = strategy.fallback.minTimeoutInMs;
    const inputs = { ...seenIn(pairs[0]), backoffMs: minimum };
    return withFloor(
      minimum,
      `${pairs[0].remaining} left, the backoff's minimum`,
      strategy.maxWaitSeconds,
      inputs,
      context,
    );
  }
  return withoutReset(strategy, usedUp[0] ?? null, context);
}

function untilReset(pair: Pair, strategy: HeadersStrategy, context: WaitContext): Wait {
  const resetAtMs = pair.resetAtMs ?? context.nowMs;
  const askedMs = Math.max(0, resetAtMs - context.nowMs);
  const spread = Math.round(context.random * spreadMs);
  return {
    delayMs: askedMs + spread,
    askedMs,
    maxWaitSeconds: strategy.maxWaitSeconds,
    why: `waiting for ${pair.reset}, ${formatWait(askedMs)} and ${formatWait(spread)} of spread`,
    inputs: { ...seenIn(pair), usedHeaders: usedHeaders(pair, strategy), spreadMs: spread },
  };
}

/** Returns the wait if no reset header is present or readable: as `Retry-After` asks, otherwise by backoff. */
function withoutReset(strategy: HeadersStrategy, unreadable: Pair | null, context: WaitContext): Wait {
  const { maxWaitSeconds } = strategy;
  const seen = unreadable === null ? {} : seenIn(unreadable);
  const retryAfter = first(context.headers, 'retry-after');
  const askedAtMs = retryAfter === null ? null : readRetryAfter(retryAfter, context.nowMs);
  const reason = unreadable === null ? 'no reset header' : `${unreadable.reset} cannot be read`;
  if (retryAfter === null || askedAtMs === null) {
    const backoffMs = backoffDelayMs(strategy.fallback, context.k, context.random);
    const inputs = { ...seen, ...(retryAfter === null ? {} : { retryAfter }), backoffMs };
    return {
      delayMs: backoffMs,
      askedMs: null,
      maxWaitSeconds,
      why: `${reason}, backoff, ${formatWait(backoffMs)}`,
      inputs,
    };
  }
  const askedMs = askedAtMs - context.nowMs;
  const spread = Math.round(context.random * spreadMs);
  return {
    delayMs: askedMs + spread,
    askedMs,
    maxWaitSeconds,
    why: `${reason}, waiting as retry-after asks, ${formatWait(askedMs)} and ${formatWait(spread)} of spread`,
    inputs: { ...seen, retryAfter, usedHeaders: ['retry-after'], spreadMs: spread },
  };
}

/** Returns the reset headers of the response, each with the headers at its position in the other lists. */
function readPairs(strategy: HeadersStrategy, context: WaitContext): Pair[] {
  const pairs: Pair[] = [];
  for (const [index, reset] of strategy.resetHeader.entries()) {
    const remaining = first(context.headers, strategy.remainingHeader[index] ?? '');
    const limit = first(context.headers, strategy.limitHeader[index] ?? '');
    const raw = first(context.headers, reset);
    if (raw === null) {
      // A quota that is used up without a reset time counts as an unreadable reset, not as a missing pair.
      if (remaining !== null && Number(remaining) <= 0)
        pairs.push({ reset, raw: '', remaining, limit, resetAtMs: null });
      continue;
    }
    const structured = reset === 'ratelimit' ? readRateLimit(raw, context.nowMs) : null;
    const resetAtMs =
      structured?.resetAtMs ??
      (reset === 'retry-after'
        ? readRetryAfter(raw, context.nowMs)
        : readReset(raw, strategy.resetFormat, context.nowMs));
    // An unusable Retry-After counts as absent. Otherwise it would hide the other reset headers.
    if (reset === 'retry-after' && resetAtMs === null) continue;
    pairs.push({ reset, raw, remaining: remaining ?? structured?.remaining ?? null, limit, resetAtMs });
  }
  return pairs;
}

function hasRemaining(pair: Pair): boolean {
  return pair.remaining !== null && Number(pair.remaining) > 0;
}

function seenIn(pair: Pair): DecisionInputs {
  return {
    ...(pair.raw === '' ? {} : { resetValue: pair.raw }),
    ...(pair.resetAtMs === null ? {} : { resetAt: new Date(pair.resetAtMs).toISOString() }),
    ...(pair.remaining === null ? {} : { remaining: pair.remaining }),
    ...(pair.limit === null ? {} : { limitValue: pair.limit }),
    ...(pair.reset === 'retry-after' ? { retryAfter: pair.raw } : {}),
  };
}

function usedHeaders(pair: Pair, strategy: HeadersStrategy): string[] {
  const remainingName = strategy.remainingHeader[strategy.resetHeader.indexOf(pair.reset)] ?? '';
  return remainingName === '' || pair.remaining === null ? [pair.reset] : [pair.reset, remainingName];
}

function first(headers: HeaderList, name: string): string | null {
  return headers.find(([key]) => key === name)?.[1] ?? null;
}
