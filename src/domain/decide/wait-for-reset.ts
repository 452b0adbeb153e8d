import { type AskedWait, askedWait, serverTimeMs } from '#src/domain/policy/asked-wait.ts';
import { backoffDelayMs } from '#src/domain/policy/backoff.ts';
import { headerText } from '#src/domain/policy/header-values.ts';
import type { Backoff, HeadersStrategy, Strategy } from '#src/domain/policy/policy.ts';
import { headersDefaults } from '#src/domain/policy/presets.ts';
import type { DecisionInputs } from './decision.ts';
import type { HeaderList } from './outcome.ts';
import { formatWait } from './outcome-text.ts';
import { latestReset, type ResetPair, readResetPairs } from './reset-pairs.ts';

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

/** The response and the counters that a wait depends on. */
export type WaitContext = {
  headers: HeaderList;
  /** Number of retries that the rule has used. */
  k: number;
  /** True if no other retry can follow this one, by the rule's limit or by `maxAttempts`. */
  isLast: boolean;
  nowMs: number;
  /** Random number, uniform in [0, 1). */
  random: number;
};

/** The context with what is read and drawn once. */
type Reading = WaitContext & { asked: AskedWait | null; askedMs: number; spreadMs: number };

/**
 * The largest random spread added after a reset, in milliseconds. It keeps all clients that wait for the reset from
 * coming back at the same instant.
 */
const largestSpreadMs = 1_000;

/** Returns the wait of a matched rule. It is never shorter than what `Retry-After` asks, whatever the status. */
export function waitFor(strategy: Strategy, context: WaitContext): Wait {
  const asked = askedWait(context.headers, context.nowMs);
  const askedMs = asked === null ? 0 : asked.atMs - context.nowMs;
  const reading = { ...context, asked, askedMs, spreadMs: Math.round(context.random * largestSpreadMs) };
  if (strategy.strategy === 'backoff') return withFloor(byBackoff(strategy, reading), null, reading);
  return withFloor(byHeaders(strategy, reading), reading.spreadMs, reading);
}

type Unfloored = Wait & {
  /** The wait as a short text, for the reason of a longer one that `Retry-After` asks for. */
  instead: string;
};

function byBackoff(backoff: Backoff, { k, random }: Reading): Unfloored {
  const backoffMs = backoffDelayMs(backoff, k, random);
  const text = formatWait(backoffMs);
  return {
    delayMs: backoffMs,
    askedMs: null,
    maxWaitSeconds: headersDefaults.maxWaitSeconds,
    why: `backoff, ${text}`,
    instead: `backoff ${text}`,
    inputs: { backoffMs },
  };
}

/** Returns the wait, made longer if `Retry-After` asks for more; then plus the spread, unless that is null. */
function withFloor({ instead, ...wait }: Unfloored, spreadMs: number | null, reading: Reading): Wait {
  const { headers, asked, askedMs } = reading;
  const retryAfter = asked?.shown ?? headerText(headers, 'retry-after');
  if (retryAfter === null) return wait;
  const inputs = { ...wait.inputs, retryAfter };
  if (asked === null || askedMs <= (wait.askedMs ?? wait.delayMs)) return { ...wait, inputs };
  const spread = spreadMs === null ? '' : ` and ${formatWait(spreadMs)} of spread`;
  return {
    delayMs: askedMs + (spreadMs ?? 0),
    askedMs,
    maxWaitSeconds: wait.maxWaitSeconds,
    why: `waiting as ${asked.name} asks, ${formatWait(askedMs)}${spread} (${instead})`,
    inputs: { ...inputs, usedHeaders: asked.usedHeaders, ...(spreadMs === null ? {} : { spreadMs }) },
  };
}

function byHeaders(strategy: HeadersStrategy, reading: Reading): Unfloored {
  const { headers, nowMs, asked } = reading;
  const pairs = readResetPairs(strategy, headers, { nowMs, serverNowMs: serverTimeMs(headers, nowMs), asked });
  const left = pairs.filter((pair) => pair.hasLeft);
  const usedUp = pairs.filter((pair) => !pair.hasLeft);
  // A Retry-After beside limits of which something is left is only a floor: a short one, each time, would spend all
  // retries before the reset.
  if (left[0] !== undefined && usedUp.every((pair) => pair.isAsked)) {
    return withSomeLeft(left[0], latestReset(left), strategy, reading);
  }
  const latest = latestReset(usedUp);
  if (latest !== null) return untilReset(latest, strategy, reading);
  return withoutReset(strategy, usedUp[0] ?? null, reading);
}

function untilReset(pair: ResetPair, strategy: HeadersStrategy, { nowMs, spreadMs }: Reading): Unfloored {
  const askedMs = Math.max(0, (pair.resetAtMs ?? nowMs) - nowMs);
  return {
    delayMs: askedMs + spreadMs,
    askedMs,
    maxWaitSeconds: strategy.maxWaitSeconds,
    why: `waiting for ${pair.reset}, ${formatWait(askedMs)} and ${formatWait(spreadMs)} of spread`,
    instead: `${pair.reset}: ${formatWait(askedMs)}`,
    inputs: { ...seenIn(pair), usedHeaders: pair.usedHeaders, spreadMs },
  };
}

/**
 * Returns the wait if something is left of every limit: the request needs more than that, or another limit struck. So a
 * backoff tries again, no longer than until the latest reset. The last retry comes after it, so that the retries are
 * not all spent before.
 */
function withSomeLeft(
  first: ResetPair,
  latest: ResetPair | null,
  strategy: HeadersStrategy,
  reading: Reading,
): Unfloored {
  const { maxWaitSeconds, fallback } = strategy;
  const backoff = byBackoff(fallback, reading);
  const backoffMs = backoff.delayMs;
  const untilMs = latest?.resetAtMs == null ? 0 : latest.resetAtMs - reading.nowMs;
  if (latest !== null && untilMs > 0) {
    const wait = untilReset(latest, strategy, reading);
    const inputs = { ...wait.inputs, backoffMs };
    if (reading.isLast)
      return { ...wait, inputs, why: `${latest.remaining} left, but this is the last retry: ${wait.why}` };
    const cappedMs = Math.max(wait.delayMs, fallback.minTimeoutInMs);
    if (backoffMs > cappedMs) {
      const why = `${latest.remaining} left, ${wait.why.replace('waiting', 'waiting no longer than')} (${backoff.instead})`;
      return { ...wait, delayMs: cappedMs, askedMs: null, inputs, why };
    }
  }
  const inputs = { ...seenIn(first), backoffMs };
  return { ...backoff, maxWaitSeconds, inputs, why: `${first.remaining} left, ${backoff.why}` };
}

/** Returns the wait if no reset header is present or readable: as `Retry-After` asks, otherwise by backoff. */
function withoutReset(strategy: HeadersStrategy, unreadable: ResetPair | null, reading: Reading): Unfloored {
  const { maxWaitSeconds } = strategy;
  const { asked, askedMs, spreadMs } = reading;
  const seen = unreadable === null ? {} : seenIn(unreadable);
  const reason = unreadable === null ? 'no reset header' : `${unreadable.reset} cannot be read`;
  if (asked === null) {
    const backoff = byBackoff(strategy.fallback, reading);
    return { ...backoff, maxWaitSeconds, why: `${reason}, ${backoff.why}`, inputs: { ...seen, ...backoff.inputs } };
  }
  return {
    delayMs: askedMs + spreadMs,
    askedMs,
    maxWaitSeconds,
    why: `${reason}, waiting as ${asked.name} asks, ${formatWait(askedMs)} and ${formatWait(spreadMs)} of spread`,
    instead: '',
    inputs: { ...seen, usedHeaders: asked.usedHeaders, spreadMs },
  };
}

function seenIn(pair: ResetPair): DecisionInputs {
  return {
    ...(pair.raw === '' ? {} : { resetValue: pair.raw }),
    ...(pair.resetAtMs === null ? {} : { resetAt: new Date(pair.resetAtMs).toISOString() }),
    ...(pair.remaining === null ? {} : { remaining: pair.remaining }),
    ...(pair.limit === null ? {} : { limitValue: pair.limit }),
  };
}
