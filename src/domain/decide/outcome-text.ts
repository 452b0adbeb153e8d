import type { JobError } from './decision.ts';
import type { ConnectionErrorCode, Outcome } from './outcome.ts';

/** Returns a wait as text: `350 ms`, `31.2 s`, `15 min`, `2.5 h`. */
export function formatWait(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 600_000) return `${trim(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${trim(ms / 60_000)} min` : `${trim(ms / 3_600_000)} h`;
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Returns an outcome as one sentence. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'response':
      return `The target answered ${outcome.status}.`;
    case 'timeout': {
      const phase = { connect: 'while connecting', headers: 'waiting for a response', body: 'reading the body' };
      return `Timed out after ${formatWait(outcome.afterMs)} ${phase[outcome.phase]}.`;
    }
    case 'connection_error':
      return sentence(outcome.message);
    case 'blocked':
    case 'invalid_request':
      return sentence(outcome.message);
    case 'interrupted':
      return outcome.by === 'shutdown'
        ? 'The worker was stopped during the attempt.'
        : 'The worker died during the attempt.';
  }
}

/** Failures that will most likely be the same in the next attempt. */
const lasting: ReadonlySet<ConnectionErrorCode> = new Set(['tls_certificate', 'http_invalid', 'too_many_redirects']);

/** Returns the error of a job or delivery that ended with this outcome and without a response. */
export function failureError(outcome: Exclude<Outcome, { kind: 'response' }>): JobError {
  const message = describeOutcome(outcome);
  switch (outcome.kind) {
    case 'timeout':
      return { code: 'timeout', message, retryable: true };
    case 'connection_error':
      return { code: outcome.code, message, retryable: !lasting.has(outcome.code) };
    case 'blocked':
      return { code: 'blocked_target', message, retryable: false };
    case 'invalid_request':
      return {
        code: outcome.lacks === 'upstream' ? 'upstream_gone' : 'invalid_request',
        message,
        retryable: outcome.lacks === 'signing_secret' || outcome.lacks === 'key',
      };
    case 'interrupted':
      return { code: 'worker_lost', message, retryable: true };
  }
}

/** Returns the error of an attempt that is followed by another one. */
export function retriedError(outcome: Outcome): JobError {
  if (outcome.kind !== 'response') return failureError(outcome);
  return { code: 'bad_status', message: describeOutcome(outcome), retryable: true };
}

/**
 * Returns true for statuses that may change when the same request is repeated: 408, 425, 429 and 5xx, except 501 and
 * 505, which are permanent.
 */
export function mayPass(status: number): boolean {
  if (status === 501 || status === 505) return false;
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Returns the text with a full stop at its end, unless it already ends with a full stop or another such mark. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
