import type { Outcome } from '#src/domain/decide/outcome.ts';
import { askedWait } from '#src/domain/policy/asked-wait.ts';

/** Health of an endpoint. Times are in epoch milliseconds. */
export type Health = {
  /** Time of the first failure since the last success; null: the endpoint is not failing. */
  failingSinceMs: number | null;
  pausedUntilMs: number | null;
  recoveredAtMs: number | null;
  lastFailureMs: number | null;
  /** Time until which the endpoint asked for no requests by `Retry-After`. No later failure shortens it. */
  askedUntilMs: number | null;
};

/** Health of an endpoint after a delivery's outcome. */
export type HealthChange = Health & {
  succeeded: boolean;
  /**
   * Reason to disable the endpoint now: it answered 410, or it has only failed for five days. Null: it stays as it is.
   */
  disable: 'gone' | 'failing' | null;
};

/** A problem that somebody must fix before anything can be sent to an endpoint. */
export type EndpointProblem = {
  /** Code of the problem: `blocked_target`, `invalid_request`, or `no_signing_secret`. */
  code: string;
  message: string;
  /** Time when the problem last occurred, ISO 8601. */
  at: string;
};

/** An endpoint that has failed this long without a success is down: only probes are sent until one succeeds. */
export const downAfterMs = 10_000;
/** An endpoint that has failed this long without a success is disabled. */
export const disableAfterMs = 5 * 86_400_000;

/** A failure this long after the last one begins a new run, because nothing is known about the time between them. */
export const newRunAfterMs = 2 * 86_400_000;

const shortestPauseMs = 5_000;
const longestPauseMs = 300_000;
const longestRetryAfterMs = 86_400_000;
const throttling = new Set([408, 425, 429, 502, 503, 504]);

/**
 * Returns an endpoint's health after an outcome. A success clears the failures and the pause; if its attempt began
 * before the last failure, a wait asked for by `Retry-After` stays. A failure begins a run of failures or continues it;
 * after two days without a failure it begins a new run. 408, 425, 429, 502, 503 and 504 pause the endpoint at once
 * (Standard Webhooks 1.0.0). No pause ends before `Retry-After`. Interruptions, and outcomes for which something is
 * missing on our side, change nothing.
 */
export function healthAfter(health: Health, outcome: Outcome, nowMs: number, startedMs = nowMs): HealthChange {
  if (outcome.kind === 'interrupted' || ('lacks' in outcome && outcome.lacks !== undefined)) {
    return { ...health, succeeded: false, disable: null };
  }
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status <= 299) {
    const { failingSinceMs: since, lastFailureMs } = health;
    const isOld = lastFailureMs !== null && startedMs < lastFailureMs;
    const askedUntilMs = isOld && (health.askedUntilMs ?? 0) > nowMs ? health.askedUntilMs : null;
    // A short pause after throttling needs no ramp: the endpoint was never down.
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

/**
 * Returns the end of a pause; null if the endpoint is neither down nor throttling. A pause lasts a quarter of the time
 * that the endpoint has been failing, between 5 s and 5 min, so probes become rarer.
 */
function pauseAfter(health: Health, outcome: Outcome, failedForMs: number, nowMs: number): number | null {
  const throttled = outcome.kind === 'response' && throttling.has(outcome.status);
  const down = health.pausedUntilMs !== null || failedForMs >= downAfterMs;
  if (!down && !throttled) return null;
  const ownMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, failedForMs / 4));
  return Math.max(nowMs + ownMs, health.askedUntilMs ?? 0);
}

function retryAfterMs(outcome: Outcome, nowMs: number): number {
  if (outcome.kind !== 'response') return 0;
  const asked = askedWait(outcome.headers, nowMs);
  return asked === null ? 0 : Math.min(longestRetryAfterMs, asked.atMs - nowMs);
}
