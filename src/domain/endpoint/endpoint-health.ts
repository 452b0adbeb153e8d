import type { Outcome } from '#src/domain/decide/outcome.ts';
import { readRetryAfter } from '#src/domain/policy/reset-header.ts';

/** How an endpoint has been doing; times in epoch milliseconds. */
export type Health = {
  /** The first failure since the last success; null while all is well. */
  failingSinceMs: number | null;
  pausedUntilMs: number | null;
  recoveredAtMs: number | null;
  lastFailureMs: number | null;
  /** Until when it has asked to be left alone by `Retry-After`: no other answer shortens that. */
  askedUntilMs: number | null;
};

/** What a delivery's outcome makes of its endpoint's health. */
export type HealthChange = Health & {
  succeeded: boolean;
  /** Why it is to be disabled now: it said 410, or has done nothing but fail for five days. */
  disable: 'gone' | 'failing' | null;
};

/** What has to be mended before anything can be sent to an endpoint. */
export type EndpointProblem = {
  /** `blocked_target`, `invalid_request`, or `no_signing_secret`. */
  code: string;
  message: string;
  /** When it was met last, ISO 8601. */
  at: string;
};

/** Failing without a break for this long, an endpoint is down: nothing but probes until one succeeds. */
export const downAfterMs = 10_000;
/** Failing without a break for this long, it is disabled. */
export const disableAfterMs = 5 * 86_400_000;

/** After so long without a try, a failure says nothing of the time between: it begins a new run. */
export const newRunAfterMs = 2 * 86_400_000;

const shortestPauseMs = 5_000;
const longestPauseMs = 300_000;
const longestRetryAfterMs = 86_400_000;
const throttling = new Set([408, 425, 429, 502, 503, 504]);

/**
 * A success clears everything, but for a wait that was asked for after the try of the success had begun; a failure begins or goes on with a run of failures, which two days without any try break off.
 * 408, 425, 429, 502, 503 and 504 ask for patience (Standard Webhooks 1.0.0), for as long as `Retry-After` says. Outcomes that
 * say nothing about the endpoint change nothing.
 */
export function healthAfter(health: Health, outcome: Outcome, nowMs: number, startedMs = nowMs): HealthChange {
  if (outcome.kind === 'interrupted' || ('lacks' in outcome && outcome.lacks !== undefined)) {
    return { ...health, succeeded: false, disable: null };
  }
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status <= 299) {
    const { failingSinceMs: since, lastFailureMs } = health;
    const isOld = lastFailureMs !== null && startedMs < lastFailureMs;
    const askedUntilMs = isOld && (health.askedUntilMs ?? 0) > nowMs ? health.askedUntilMs : null;
    // A short pause that it asked for needs no ramp: it was there all the time.
    const wasDown = health.pausedUntilMs !== null && since !== null && nowMs - since >= downAfterMs;
    return {
      failingSinceMs: null,
      pausedUntilMs: askedUntilMs,
      askedUntilMs,
      recoveredAtMs: wasDown ? nowMs : health.recoveredAtMs,
      lastFailureMs: health.lastFailureMs,
      succeeded: true,
      disable: null,
    };
  }
  const isStale = health.lastFailureMs !== null && nowMs - health.lastFailureMs > newRunAfterMs;
  const failingSinceMs = isStale ? nowMs : (health.failingSinceMs ?? nowMs);
  const asked = Math.max(health.askedUntilMs ?? 0, nowMs + retryAfterMs(outcome, nowMs));
  const askedUntilMs = asked > nowMs ? asked : null;
  const change = { failingSinceMs, askedUntilMs, recoveredAtMs: null, lastFailureMs: nowMs, succeeded: false };
  if (outcome.kind === 'response' && outcome.status === 410) {
    return { ...change, pausedUntilMs: health.pausedUntilMs, disable: 'gone' };
  }
  const failedForMs = nowMs - failingSinceMs;
  const pausedUntilMs = pauseAfter({ ...health, askedUntilMs }, outcome, failedForMs, nowMs);
  return { ...change, pausedUntilMs, disable: failedForMs >= disableAfterMs ? 'failing' : null };
}

/** Probes come the more seldom the longer it has failed: after a quarter of that time, between 5 s and 5 min. */
function pauseAfter(health: Health, outcome: Outcome, failedForMs: number, nowMs: number): number | null {
  const throttled = outcome.kind === 'response' && throttling.has(outcome.status);
  const down = health.pausedUntilMs !== null || failedForMs >= downAfterMs;
  if (!down && !throttled) return null;
  const ownMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, failedForMs / 4));
  return Math.max(nowMs + ownMs, health.askedUntilMs ?? 0);
}

function retryAfterMs(outcome: Outcome, nowMs: number): number {
  if (outcome.kind !== 'response') return 0;
  const value = outcome.headers.find(([name]) => name === 'retry-after')?.[1];
  const at = value === undefined ? null : readRetryAfter(value, nowMs);
  return at === null ? 0 : Math.min(longestRetryAfterMs, Math.max(0, at - nowMs));
}
