import { deliveryLimits, limits } from '#src/domain/limits.ts';
import { type AskedWait, askedWait } from '#src/domain/policy/asked-wait.ts';
import { headerText } from '#src/domain/policy/header-values.ts';
import { matchesStatus, parseStatusPattern } from '#src/domain/policy/status-pattern.ts';
import type { Decision, DecisionInputs, History, JobError } from './decision.ts';
import type { Outcome } from './outcome.ts';
import { describeOutcome, failureError, formatWait } from './outcome-text.ts';

/** The largest random part added to a wait, as a share of it. A wait is never shortened. */
const jitter = 0.2;

/** Input of `decideDelivery`. `history` counts this attempt; `random` is uniform in [0, 1). */
export type DeliveryInput = {
  /** Delays in seconds. The first delay follows the first failed attempt. */
  scheduleSeconds: readonly number[];
  /** Status patterns after which the delivery gets no more attempts. */
  giveUpOn?: readonly string[];
  history: Pick<History, 'attempts'>;
  /** Number of workers lost with the delivery, this one included. Workers that were stopped in order do not count. */
  lost?: number;
  outcome: Outcome;
  nowMs: number;
  random: number;
};

/**
 * Decides what follows from a delivery attempt (Standard Webhooks 1.0.0).
 *
 * A 2xx status completes the delivery; a redirect is a failure. The delivery fails for good after 410, a status in
 * `giveUpOn`, a blocked target, or a request that cannot be sent. A missing signing secret or key can come back, so it
 * is retried. Every other failure is retried by the schedule, and not before the time in `Retry-After` or
 * `retry-after-ms` (up to 24 hours). After a timeout of a sent request the next attempt waits at least a minute. An
 * interruption uses up no attempt; the third lost worker ends the delivery.
 */
export function decideDelivery(input: DeliveryInput): Decision {
  const { outcome } = input;
  switch (outcome.kind) {
    case 'response': {
      const decision = afterResponse(input, outcome);
      return outcome.note === undefined ? decision : { ...decision, why: `${decision.why} ${outcome.note}` };
    }
    case 'timeout':
      return bySchedule(input, describeOutcome(outcome), {}, null, failureError(outcome), leastAfterTimeoutMs(outcome));
    case 'connection_error':
      return bySchedule(input, describeOutcome(outcome), {}, null, failureError(outcome));
    case 'blocked':
    case 'invalid_request': {
      if ('lacks' in outcome && (outcome.lacks === 'signing_secret' || outcome.lacks === 'key'))
        return bySchedule(input, describeOutcome(outcome), {}, null, failureError(outcome));
      const why = `${describeOutcome(outcome)} Trying again cannot help.`;
      return { rule: outcome.kind, why, inputs: {}, then: 'fail', error: failureError(outcome) };
    }
    case 'interrupted': {
      const { lost = 0 } = input;
      if (outcome.by === 'worker_lost' && lost >= limits.lostWorkers) {
        const why = `${describeOutcome(outcome)} That was lost worker ${lost} of at most ${limits.lostWorkers}.`;
        return {
          ...{ rule: 'interrupted', why, inputs: {}, then: 'fail' },
          error: { ...failureError(outcome), message: why },
        };
      }
      const why = `${describeOutcome(outcome)} The delivery is tried again at once, and no attempt is used up.`;
      return { rule: 'interrupted', why, inputs: {}, then: 'retry', delayMs: 0, countAs: null };
    }
  }
}

/**
 * Returns a delivery's outcome by what the receiver answered. Its status says whether it has the event, so an answer
 * whose body did not end counts like one that did.
 */
export function answeredOutcome(outcome: Outcome): Outcome {
  if ((outcome.kind !== 'timeout' && outcome.kind !== 'connection_error') || !outcome.partial) return outcome;
  const { partial, timings } = outcome;
  const cut = `The body of its answer did not end: ${describeOutcome(outcome)}`;
  return { kind: 'response', ...partial, note: partial.note === undefined ? cut : `${partial.note} ${cut}`, timings };
}

/**
 * Returns the shortest wait after a timeout. A receiver that got the event may still be processing it, so the next
 * attempt waits.
 */
function leastAfterTimeoutMs({ requestSent }: Extract<Outcome, { kind: 'timeout' }>): number {
  return requestSent ? 60_000 : 0;
}

function afterResponse(input: DeliveryInput, outcome: Extract<Outcome, { kind: 'response' }>): Decision {
  const { status } = outcome;
  if (status >= 200 && status <= 299) {
    return { rule: 'accept', why: `The receiver answered ${status}: delivered.`, inputs: {}, then: 'complete' };
  }
  const error: JobError = {
    code: 'bad_status',
    message: `The receiver answered ${status}.`,
    retryable: status !== 410,
  };
  const final = (input.giveUpOn ?? [])
    .map(parseStatusPattern)
    .find((pattern) => pattern !== null && matchesStatus(pattern, status));
  if (status === 410) {
    const why = 'The receiver answered 410: it is gone for good and gets no more attempts.';
    return { rule: '410', why, inputs: {}, then: 'fail', error };
  }
  if (final) {
    const why = `The receiver answered ${status}, after which it is not to be tried again.`;
    return { rule: final.text, why, inputs: {}, then: 'fail', error: { ...error, retryable: false } };
  }
  const redirect = status >= 300 && status <= 399 ? ' Redirects are not followed.' : '';
  const asked = askedWait(outcome.headers, input.nowMs);
  const retryAfter = asked?.shown ?? headerText(outcome.headers, 'retry-after');
  const inputs: DecisionInputs = retryAfter === null ? {} : { retryAfter };
  return bySchedule(input, `The receiver answered ${status}.${redirect}`, inputs, asked, error);
}

function bySchedule(
  input: DeliveryInput,
  what: string,
  inputs: DecisionInputs,
  asked: AskedWait | null,
  error: JobError,
  leastMs = 0,
): Decision {
  const { scheduleSeconds, history, nowMs, random } = input;
  const seconds = scheduleSeconds[history.attempts - 1];
  const limit = scheduleSeconds.length;
  if (seconds === undefined) {
    const tries = history.attempts === 1 ? 'the only attempt' : `the last of ${history.attempts} attempts`;
    return { rule: 'schedule', why: `${what} That was ${tries}.`, inputs, then: 'fail', error };
  }
  const scheduledMs = seconds * 1_000;
  const backoffMs = Math.ceil(Math.max(scheduledMs, leastMs) * (1 + jitter * random));
  const askedMs = asked === null ? 0 : Math.min(asked.atMs - nowMs, deliveryLimits.retryAfterMs);
  const waits = asked !== null && askedMs > backoffMs ? asked : null;
  const delayMs = Math.max(backoffMs, askedMs);
  const source = waits
    ? `as ${waits.name} asks`
    : leastMs > scheduledMs
      ? `since it may still be at work on this one: at least ${formatWait(leastMs)}, and some spread`
      : `by the schedule's ${formatWait(scheduledMs)} and some spread`;
  return {
    rule: 'schedule',
    why: `${what} Attempt ${history.attempts + 1} of ${limit + 1} follows in ${formatWait(delayMs)}, ${source}.`,
    inputs: { ...inputs, backoffMs, ...(waits ? { usedHeaders: waits.usedHeaders } : {}) },
    retry: { count: history.attempts, limit },
    then: 'retry',
    delayMs,
    countAs: 'schedule',
  };
}
