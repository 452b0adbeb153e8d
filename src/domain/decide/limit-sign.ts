import { askedWait, serverTimeMs } from '#src/domain/policy/asked-wait.ts';
import type { HeadersStrategy, Policy } from '#src/domain/policy/policy.ts';
import { presets } from '#src/domain/policy/presets.ts';
import { matchesStatus } from '#src/domain/policy/status-pattern.ts';
import type { HeaderList, Outcome } from './outcome.ts';
import { latestReset, type ResetPair, readResetPairs } from './reset-pairs.ts';

/** What a response says about the rate limit of its target, for all requests with the same credentials. */
export type LimitSign = {
  /** Milliseconds from the response until the target wants requests again. */
  waitMs: number;
  /** Requests that the target allows for each period; null: it does not say. */
  limit: number | null;
  /** True: the target refused the request. False: it answered, and nothing is left until the reset. */
  refused: boolean;
};

/** Statuses that refuse a request for its number and not for itself, if they name a time. 529: overloaded (Anthropic). */
const refusals = new Set([429, 503, 529]);
/** A limit above this is not one of requests that workers could reach. */
const largestLimit = 1_000_000;

const usual = headersOf(presets.default.rules);

/**
 * Returns what a response says about its target's rate limit; null if it says nothing that others should heed. A
 * refusal needs a time: its reset, or `Retry-After`. Any other response must say that nothing is left. A wait longer
 * than the policy allows gives null: each job then fails by its own policy.
 */
export function readLimitSign(policy: Policy, outcome: Outcome, nowMs: number): LimitSign | null {
  if (outcome.kind !== 'response') return null;
  const { status, headers } = outcome;
  const isAnswer = status >= 200 && status <= 299;
  const refused = !isAnswer && isRefusal(policy, status);
  if (!refused && !(isAnswer && mayBeUsedUp(headers))) return null;
  const strategy = headersOf(policy.rules) ?? usual;
  if (strategy === null) return null;
  const asked = askedWait(headers, nowMs);
  const pairs = readResetPairs(strategy, headers, { nowMs, serverNowMs: serverTimeMs(headers, nowMs), asked });
  const used = pairs.filter((pair) => (refused ? !pair.hasLeft && !pair.isAsked : saysNothingLeft(pair)));
  const latest = latestReset(used);
  const untilMs = Math.max(latest?.resetAtMs ?? 0, refused ? (asked?.atMs ?? 0) : 0);
  const waitMs = untilMs - nowMs;
  if (waitMs <= 0 || waitMs > strategy.maxWaitSeconds * 1_000) return null;
  return { waitMs, limit: limitOf(latest ?? pairs.find((pair) => pair.limit !== null) ?? null), refused };
}

/** Returns true if a status refuses a request for its number: a usual one, or one whose rule reads reset headers. */
function isRefusal(policy: Policy, status: number): boolean {
  return (
    refusals.has(status) ||
    policy.rules.some((rule) => rule.strategy.strategy === 'headers' && matchesStatus(rule.when, status))
  );
}

/** Returns the first strategy of the rules that reads headers. */
function headersOf(rules: Policy['rules']): HeadersStrategy | null {
  for (const { strategy } of rules) if (strategy.strategy === 'headers') return strategy;
  return null;
}

/** Returns false if no header can say that nothing is left. Most responses end here. */
function mayBeUsedUp(headers: HeaderList): boolean {
  return headers.some(([name, value]) => /remaining|rate-?limit/.test(name) && /(?:^|[^\d.])0(?:$|[^\d.])/.test(value));
}

function saysNothingLeft({ remaining, hasLeft, isAsked }: ResetPair): boolean {
  return remaining !== null && /\d/.test(remaining) && !hasLeft && !isAsked;
}

/** Returns the limit that a pair names. A limit of tokens says nothing about the number of requests. */
function limitOf(pair: ResetPair | null): number | null {
  if (pair === null || pair.limit === null || pair.reset.includes('token')) return null;
  const limit = Number(/^\s*(\d+)/.exec(pair.limit)?.[1] ?? Number.NaN);
  return limit >= 1 && limit <= largestLimit ? limit : null;
}
