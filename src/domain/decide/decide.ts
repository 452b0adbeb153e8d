import { limits } from '#src/domain/limits.ts';
import { isPoll, matchedValue, matchesBody, readJsonBody, readsSuccesses } from '#src/domain/policy/body-match.ts';
import { headerText, listItems } from '#src/domain/policy/header-values.ts';
import type { Policy, Rule, Strategy } from '#src/domain/policy/policy.ts';
import { matchesStatus } from '#src/domain/policy/status-pattern.ts';
import type { Decision, DecisionInputs, History, JobError } from './decision.ts';
import { type HeaderList, type Outcome, receivedOf } from './outcome.ts';
import { describeOutcome, failureError, formatWait, mayPass } from './outcome-text.ts';
import { type Wait, waitFor } from './wait-for-reset.ts';

/** Wait, in milliseconds, for a worker that has the encryption key which the job needs. */
const missingKeyWaitMs = 30_000;

/** Name of the response header by which some APIs say whether to try again. Its retries are counted under this name. */
const shouldRetryName = 'x-should-retry';

/** Everything a decision depends on. The counters of `history` include this attempt or this interruption. */
export type DecideInput = {
  policy: Policy;
  history: History;
  outcome: Outcome;
  /** Time when the outcome arrived, in epoch milliseconds. Waits start from it. */
  nowMs: number;
  /** Random number, uniform in [0, 1). */
  random: number;
  /** Time after which no attempt may start, in epoch milliseconds; null: no deadline. */
  deadlineAtMs: number | null;
};

type ResponseOutcome = Extract<Outcome, { kind: 'response' }>;
type Retry = Extract<Decision, { then: 'retry' }>;

/**
 * Decides what follows from an attempt's outcome: the job is complete, waits for its next attempt, or has failed. The
 * decision names its rule and the reason. A response is checked by rules that name 2xx, then by `accept`, then by
 * `x-should-retry: false` if the policy obeys it, then by the other rules, then by `x-should-retry: true`. Reads the
 * real headers and body, before any masking.
 */
export function decide(input: DecideInput): Decision {
  const { outcome } = input;
  switch (outcome.kind) {
    case 'response':
      return noted(afterResponse(input, outcome), outcome);
    case 'timeout':
      return afterFailure(input, outcome, 'timeout');
    case 'connection_error':
      return afterFailure(input, outcome, 'connection_error');
    case 'invalid_request':
      if (outcome.lacks === 'key') return afterMissingKey(input, outcome);
      return failed(outcome.kind, describeOutcome(outcome), failureError(outcome));
    case 'blocked':
      return failed(outcome.kind, describeOutcome(outcome), failureError(outcome));
    case 'interrupted':
      return afterInterruption(input, outcome);
  }
}

function afterResponse(input: DecideInput, outcome: ResponseOutcome): Decision {
  const { policy } = input;
  const { status } = outcome;
  const accepted = matchesStatus(policy.accept, status);
  const early = status >= 200 && status <= 299;
  const { rule, skipped } = !accepted || early ? findRule(policy, outcome, accepted) : { rule: null, skipped: null };
  const should = accepted || policy.shouldRetry === undefined ? null : saysShouldRetry(outcome.headers);
  if (should === false) return notToRetry(status);
  if (rule !== null) {
    const found = foundIn(rule, outcome);
    const reason = isPoll(rule) ? `is not the end: ${found} (rule "${rule.key}")` : `matched rule "${rule.key}"`;
    const decision = byRule(input, outcome, rule.key, rule.strategy, reason, found);
    if (!accepted || rule.then === 'fail' || decision.then !== 'fail') return decision;
    // The response is a success, and a rule without a retry left must not make a failure of it.
    const { inputs, retry } = decision;
    const kept = complete(policy, outcome);
    return { ...kept, why: `${decision.why} ${kept.why}`, inputs, ...(retry && { retry }) };
  }
  if (accepted) return complete(policy, outcome);
  const reason =
    skipped === null
      ? 'matches no retry rule'
      : `matches rule "${skipped.key}", which is only for requests that are safe to repeat (no Idempotency-Key here)`;
  if (should === true && policy.shouldRetry !== undefined) {
    const strategy = { strategy: 'backoff', ...policy.shouldRetry } as const;
    const decision = byRule(input, outcome, shouldRetryName, strategy, `${reason}, but ${shouldRetryName} is true`);
    const usedHeaders = [shouldRetryName, ...(decision.inputs.usedHeaders ?? [])];
    return { ...decision, inputs: { ...decision.inputs, usedHeaders } };
  }
  const error: JobError = { code: 'bad_status', message: `The target answered ${status}.`, retryable: mayPass(status) };
  return failed(null, `${status} ${reason}.`, error);
}

/** Says what a rule about successes found in the body; null for other rules. */
function foundIn(rule: Rule, outcome: ResponseOutcome): string | null {
  if (rule.bodyMatches === null || !readsSuccesses(rule)) return null;
  const { pointer } = rule.bodyMatches;
  const value = JSON.stringify(matchedValue(rule.bodyMatches, readJsonBody(outcome)));
  return `${pointer === '' ? 'the body' : pointer} is ${value}`;
}

function notToRetry(status: number): Decision {
  const message = `The target answered ${status} and asked not to be tried again.`;
  const error: JobError = { code: 'bad_status', message, retryable: false };
  const why = `${status} is not retried: ${shouldRetryName} is false.`;
  return failed(shouldRetryName, why, error, { usedHeaders: [shouldRetryName] });
}

/** Returns what `x-should-retry` says; null if it is absent, says neither true nor false, or both. */
function saysShouldRetry(headers: HeaderList): boolean | null {
  const text = headerText(headers, shouldRetryName);
  const words = new Set(text === null ? [] : listItems(text.toLowerCase()));
  const [word] = words;
  return words.size === 1 && (word === 'true' || word === 'false') ? word === 'true' : null;
}

/**
 * Returns the first rule that applies. `skipped` is the first rule that would apply if the request were safe to repeat.
 */
function findRule(
  policy: Policy,
  outcome: ResponseOutcome,
  accepted: boolean,
): { rule: Rule | null; skipped: Rule | null } {
  let skipped: Rule | null = null;
  const readBody = readJsonBody(outcome);
  for (const rule of policy.rules) {
    if (!matchesStatus(rule.when, outcome.status)) continue;
    if (accepted && rule.when.kind === 'any') continue;
    if (rule.bodyMatches !== null && !matchesBody(rule.bodyMatches, readBody)) continue;
    if (rule.onlyRepeatable && !policy.repeatable) skipped ??= rule;
    else return { rule, skipped };
  }
  return { rule: null, skipped };
}

function complete(policy: Policy, outcome: ResponseOutcome): Decision {
  const { status } = outcome;
  if (outcome.truncated && policy.onOversize === 'fail') {
    const size = outcome.body.byteLength.toLocaleString('en-US');
    const message = `The target answered ${status} with a body longer than ${size} bytes, of which only those were kept.`;
    return failed('accept', message, { code: 'response_too_large', message, retryable: false });
  }
  const cut = outcome.truncated ? ', its body cut to the limit' : '';
  return {
    rule: 'accept',
    why: `${status} is accepted by "${policy.accept.text}"${cut}.`,
    inputs: {},
    then: 'complete',
  };
}

/**
 * Decides by a rule's strategy. `key` counts its retries, `reason` says in `why` what led to it, and `found` is what the
 * error of a failed job says of the body.
 */
function byRule(
  input: DecideInput,
  outcome: ResponseOutcome,
  key: string,
  strategy: Strategy,
  reason: string,
  found: string | null = null,
): Decision {
  const { history } = input;
  const { status } = outcome;
  const used = history.retries[key] ?? 0;
  const { limit } = strategy;
  const matched = `${status} ${reason}`;
  const error: JobError = {
    code: 'bad_status',
    message: `The target answered ${status}${history.attempts > 1 ? ` at attempt ${history.attempts}` : ''}${found === null ? '' : `: ${found}`}.`,
    retryable: mayPass(status) || limit > 0,
  };
  const spent = exhausted(input, matched, used, limit);
  if (spent !== null) return { ...failed(key, spent, error), retry: { count: used, limit } };
  const counters = { key, used, limit };
  return afterWait(input, counters, waitOf(input, counters, strategy, outcome.headers), `${matched}: `);
}

/** The retries of a rule: the key under which they are counted, how many are used, and how many there are. */
type Counters = { key: string; used: number; limit: number };

function waitOf(input: DecideInput, { used, limit }: Counters, strategy: Strategy, headers: HeaderList): Wait {
  const { history, policy, nowMs, random } = input;
  const isLast = used + 1 >= limit || history.attempts + 1 >= policy.maxAttempts;
  return waitFor(strategy, { headers, k: used, isLast, nowMs, random });
}

/** Retries after the wait, unless the target asks for a longer one than is allowed. `reason` leads to it in `why`. */
function afterWait(input: DecideInput, { key, used, limit }: Counters, wait: Wait, reason: string): Decision {
  const why = reason + (reason.endsWith('. ') ? capital(wait.why) : wait.why);
  const tooLong = askedTooMuch(wait.askedMs, wait.maxWaitSeconds, input.nowMs, input.deadlineAtMs);
  if (tooLong !== null) {
    const message = `The target asks to wait ${formatWait(wait.askedMs ?? 0)}, ${tooLong}.`;
    const refusal: JobError = { code: 'rate_limit_wait_too_long', message, retryable: true };
    return failed(key, `${why}: ${tooLong}.`, refusal, wait.inputs);
  }
  const retry: Retry = {
    rule: key,
    why: `${why}. Retry ${used + 1} of ${limit}.`,
    inputs: wait.inputs,
    retry: { count: used + 1, limit },
    then: 'retry',
    delayMs: wait.delayMs,
    countAs: key,
  };
  return withinDeadline(retry, input);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function askedTooMuch(
  askedMs: number | null,
  maxWaitSeconds: number,
  nowMs: number,
  deadlineAtMs: number | null,
): string | null {
  if (askedMs === null) return null;
  if (askedMs > maxWaitSeconds * 1_000) return `longer than the ${formatWait(maxWaitSeconds * 1_000)} allowed`;
  if (deadlineAtMs === null || nowMs + askedMs < deadlineAtMs) return null;
  return `past the job's deadline in ${formatWait(Math.max(0, deadlineAtMs - nowMs))}`;
}

function afterFailure(
  input: DecideInput,
  outcome: Extract<Outcome, { kind: 'timeout' | 'connection_error' }>,
  key: 'timeout' | 'connection_error',
): Decision {
  const { policy, history } = input;
  const what = describeOutcome(outcome);
  const error = failureError(outcome);
  if (outcome.kind === 'connection_error' && outcome.code === 'too_many_redirects') {
    return failed(key, `${what} Trying again would follow the same redirects.`, error);
  }
  const failures = key === 'timeout' ? policy.timeout : policy.connectionError;
  const backoff = outcome.requestSent ? failures.maybeSent : failures.nothingSent;
  if (backoff === null) {
    const reason =
      outcome.requestSent && failures.nothingSent !== null
        ? 'The request may have been received, and without an Idempotency-Key it is not safe to repeat.'
        : 'The policy does not retry this.';
    return failed(key, `${what} ${reason}`, error);
  }
  const used = history.retries[key] ?? 0;
  const spent = exhausted(input, what.replace(/\.$/, ''), used, backoff.limit);
  if (spent !== null) return { ...failed(key, spent, error), retry: { count: used, limit: backoff.limit } };
  const sent = outcome.requestSent ? '' : ' Nothing was sent.';
  const counters = { key, used, limit: backoff.limit };
  // What came of the response may ask for a wait.
  const wait = waitOf(input, counters, { strategy: 'backoff', ...backoff }, receivedOf(outcome)?.headers ?? []);
  return afterWait(input, counters, wait, `${what}${sent} `);
}

function afterInterruption(input: DecideInput, outcome: Extract<Outcome, { kind: 'interrupted' }>): Decision {
  const { policy, history } = input;
  const what = describeOutcome(outcome);
  const error: JobError = { code: 'worker_lost', message: what, retryable: true };
  if (policy.onInterrupted === 'fail') {
    const why = `${what} The request may have been sent, and onInterrupted is "fail".`;
    return failed('interrupted', why, error);
  }
  if (history.interruptions >= limits.lostWorkers) {
    const message = `${what} That was interruption ${history.interruptions} of at most ${limits.lostWorkers}.`;
    return failed('interrupted', message, { ...error, message });
  }
  const why = `${what} Tried again at once; no retry is used up (interruption ${history.interruptions} of ${limits.lostWorkers}).`;
  return withinDeadline({ rule: 'interrupted', why, inputs: {}, then: 'retry', delayMs: 0, countAs: null }, input);
}

/**
 * Decides after a missing encryption key. Nothing was sent, and another worker may have the key, or this worker after a
 * restart. So the job waits for it.
 */
function afterMissingKey(input: DecideInput, outcome: Extract<Outcome, { kind: 'invalid_request' }>): Decision {
  const { attempts } = input.history;
  const { maxAttempts } = input.policy;
  const what = describeOutcome(outcome);
  if (attempts >= maxAttempts)
    return failed('missing_key', `${what} maxAttempts (${maxAttempts}) is reached.`, failureError(outcome));
  const why = `${what} Tried again in ${formatWait(missingKeyWaitMs)}; no retry of the policy is used up.`;
  const retry: Retry = {
    rule: 'missing_key',
    why,
    inputs: {},
    then: 'retry',
    delayMs: missingKeyWaitMs,
    countAs: null,
  };
  return withinDeadline(retry, input);
}

/** Returns the reason why no retry is left, or null if one is left. */
function exhausted(input: DecideInput, what: string, used: number, limit: number): string | null {
  if (limit === 0) return `${what}: never retried.`;
  if (used >= limit) return `${what}: ${limit === 1 ? 'its one retry is' : `all ${limit} retries are`} used up.`;
  const { maxAttempts } = input.policy;
  if (input.history.attempts < maxAttempts) return null;
  return `${what}: maxAttempts (${maxAttempts}) is reached.`;
}

/** Returns the retry, or a failure if it could not start before the deadline. A wait is never shortened to fit. */
function withinDeadline(retry: Retry, input: DecideInput): Decision {
  const { nowMs, deadlineAtMs } = input;
  if (deadlineAtMs === null || nowMs + retry.delayMs < deadlineAtMs) return retry;
  const left = deadlineAtMs - nowMs;
  const message =
    left <= 0
      ? 'The deadline has passed.'
      : `The next attempt, in ${formatWait(retry.delayMs)}, would start past the deadline in ${formatWait(left)}.`;
  return failed(
    retry.rule,
    `${retry.why} ${message}`,
    { code: 'deadline_exceeded', message, retryable: true },
    retry.inputs,
  );
}

/** Adds what is to be said about the response's body to the reason. */
function noted(decision: Decision, { note }: ResponseOutcome): Decision {
  return note === undefined ? decision : { ...decision, why: `${decision.why} ${note}` };
}

function failed(rule: string | null, why: string, error: JobError, inputs: DecisionInputs = {}): Decision {
  return { rule, why, inputs, then: 'fail', error };
}
