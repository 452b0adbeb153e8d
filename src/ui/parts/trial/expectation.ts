import { Refusal } from '#src/contract/shape/error-code.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import type { Decision } from '#src/domain/decide/decision.ts';
import type { HeaderList, Outcome, Timings } from '#src/domain/decide/outcome.ts';
import { type Simulation, simulate } from '#src/domain/decide/simulate.ts';
import { limits, playgroundLimits } from '#src/domain/limits.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import { hasIdempotencyKey, isUnreadable, numeric, retryOf, type TryValues, type Unreadable } from './form-values.ts';
import { delayOf, statusesOf } from './plan.ts';

export type ExpectedAttempt = {
  number: number;
  startMs: number;
  endMs: number;
  outcome: 'response' | 'timeout';
  status: number | null;
  decision: Decision;
};

/** What would happen, by the same code that decides when it does. `end` is open when that was not simulated to its end. */
export type Expectation = { attempts: ExpectedAttempt[]; end: Simulation['end']; totalMs: number };

/** More attempts than anybody reads; the most a job may make are 1,000. */
const mostSimulated = 200;
/** Neither the shortest nor the longest waits. */
const usualChance = 0.5;
/** What an answer takes on this machine when it is not told to take its time. */
const quickMs = 20;

type Given = Pick<TryValues, 'plan' | 'method' | 'headers' | 'retry' | 'rules' | 'timeout' | 'maxAttempts'>;

/** What the policy would do with the plan, or which field cannot be read. */
export function expectRun(values: Given): Expectation | Unreadable {
  const statuses = statusesOf(values.plan);
  const { min, max } = playgroundLimits.statuses;
  if (statuses === null) return { field: 'plan', message: `A plan is made of statuses from ${min} to ${max}.` };
  const retry = retryOf(values);
  if (isUnreadable(retry)) return retry;
  try {
    const maxAttempts = values.maxAttempts.trim() === '' ? limits.maxAttempts.default : Number(values.maxAttempts);
    const policy = readPolicy({
      retry,
      method: values.method,
      hasIdempotencyKey: hasIdempotencyKey(values.headers),
      maxAttempts: Number.isInteger(maxAttempts) && maxAttempts > 0 ? maxAttempts : limits.maxAttempts.default,
    });
    return run(policy, statuses, delayOf(values.plan), timeoutOf(values.timeout));
  } catch (error) {
    if (error instanceof Refusal) return { field: error.field ?? 'retry', message: error.message };
    throw error;
  }
}

function timeoutOf(text: string): number {
  if (text.trim() === '') return limits.timeoutMs.default;
  const { min, max } = limits.timeoutMs;
  return readDuration(numeric(text), { unit: 'ms', min, max, whole: true }, 'timeout.durationInMs');
}

function run(policy: Policy, statuses: readonly number[], delayMs: number, timeoutMs: number): Expectation {
  const startMs = Date.UTC(2026, 0, 1);
  const outcomes: Outcome[] = [];
  let simulation: Simulation = { attempts: [], end: 'open' };
  // The reset a header announces is a moment, so each answer has to know when it comes: one more is simulated at a time.
  while (simulation.end === 'open' && outcomes.length < mostSimulated) {
    const last = simulation.attempts.at(-1);
    const waitMs = last?.decision.then === 'retry' ? last.decision.delayMs : 0;
    const at = last ? last.endMs + waitMs : startMs;
    const status = statuses[outcomes.length % statuses.length] ?? 200;
    outcomes.push(delayMs + quickMs > timeoutMs ? timedOut(timeoutMs) : answer(status, at, delayMs + quickMs));
    simulation = simulate({ policy, outcomes, startMs, random: usualChance, deadlineAtMs: null });
  }
  const attempts = simulation.attempts.map(({ number, startMs: from, endMs, decision }, index): ExpectedAttempt => {
    const outcome = outcomes[index];
    const status = outcome?.kind === 'response' ? outcome.status : null;
    const kind = status === null ? 'timeout' : 'response';
    return { number, startMs: from - startMs, endMs: endMs - startMs, outcome: kind, status, decision };
  });
  return { attempts, end: simulation.end, totalMs: attempts.at(-1)?.endMs ?? 0 };
}

const noTimings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null };

function timedOut(afterMs: number): Outcome {
  const timings: Timings = { ...noTimings, totalMs: afterMs };
  return { kind: 'timeout', afterMs, phase: 'headers', requestSent: true, timings };
}

function answer(status: number, startMs: number, tookMs: number): Outcome {
  const after = playgroundLimits.retryAfterSeconds;
  const reset = Math.floor((startMs + tookMs) / 1_000) + after;
  const headers: HeaderList =
    status === 429
      ? [
          ['retry-after', String(after)],
          ['x-ratelimit-limit', '60'],
          ['x-ratelimit-remaining', '0'],
          ['x-ratelimit-reset', String(reset)],
        ]
      : [];
  return {
    kind: 'response',
    status,
    headers,
    body: new Uint8Array(),
    truncated: false,
    redirects: [],
    timings: { ...noTimings, totalMs: tookMs },
    remoteAddress: null,
  };
}
