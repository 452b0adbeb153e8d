import { decide } from '#src/domain/decide/decide.ts';
import type { Decision, History } from '#src/domain/decide/decision.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import type { RetrySetting } from '#src/domain/policy/resolve-policy.ts';
import { policy } from './outcomes.ts';

/** Time of every outcome here, in epoch milliseconds. */
export const now = Date.UTC(2026, 10, 20, 12);

/** The rest of what a decision depends on. */
export type Circumstances = {
  history?: Partial<History>;
  random?: number;
  deadlineAtMs?: number | null;
  maxAttempts?: number;
  accept?: string;
};

/** The decision about a first attempt, unless told otherwise. */
export function retries(retry: RetrySetting, outcome: Outcome, circumstances: Circumstances = {}): Decision {
  const { history, random = 0, deadlineAtMs = null, ...rest } = circumstances;
  const counters = { attempts: 1, interruptions: 0, retries: {}, ...history };
  return decide({ policy: policy({ retry, ...rest }), history: counters, outcome, nowMs: now, random, deadlineAtMs });
}

/** The wait of a retry, in milliseconds. */
export function delayOf(decision: Decision): number {
  if (decision.then !== 'retry') throw new Error(decision.why);
  return decision.delayMs;
}

/** The decision before a rule's retry `k`, counted from 0. */
export function atRetry(retry: RetrySetting, key: string, k: number, outcome: Outcome, random = 0): Decision {
  return retries(retry, outcome, { random, history: { attempts: k + 1, retries: { [key]: k } } });
}

/** An instant as a server writes it in a header. */
export const httpDate = (ms: number) => new Date(ms).toUTCString();

/** The failure that follows if a wait would be too long. */
export const tooLong = { then: 'fail', error: { code: 'rate_limit_wait_too_long', retryable: true } };
