import type { Outcome, Timings } from '#src/domain/decide/outcome.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { simulate } from '#src/domain/decide/simulate.ts';
import type { Policy } from '#src/domain/policy/policy.ts';

/** An outcome that a plan assumes for every attempt. */
export type PlanCase = { key: string; label: string; outcome: Outcome };

export type PlanStep = { number: number; atMs: number; waitMs: number | null; why: string };
export type Plan = { steps: PlanStep[]; end: 'completed' | 'failed' | 'open'; totalMs: number };

const none: Timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 0 };
const body = new Uint8Array();

/**
 * Returns the outcomes that can be tried on a policy: the first status of each rule, then two failures without an
 * answer.
 */
export function planCases(policy: Policy): PlanCase[] {
  const statuses = policy.rules.flatMap(({ when, bodyMatches }) => (bodyMatches === null ? [when.ranges[0]?.[0]] : []));
  const known = [...new Set(statuses)].filter((status) => status !== undefined).slice(0, 6);
  return [
    ...known.map((status) => ({ key: String(status), label: String(status), outcome: response(status) })),
    {
      key: 'timeout',
      label: 'Timeout',
      outcome: { kind: 'timeout', afterMs: 0, phase: 'headers', requestSent: true, timings: none },
    },
    {
      key: 'connection',
      label: 'No connection',
      outcome: {
        kind: 'connection_error',
        code: 'connection_refused',
        message: 'connection refused',
        requestSent: false,
        timings: none,
      },
    },
  ];
}

function response(status: number): Outcome {
  return {
    kind: 'response',
    status,
    headers: [],
    body,
    truncated: false,
    redirects: [],
    timings: none,
    remoteAddress: null,
  };
}

/**
 * Returns what the policy would do if every attempt had this outcome. Each wait is the middle of its possible range.
 */
export function planOf(policy: Policy, outcome: Outcome): Plan {
  const outcomes = Array.from({ length: Math.min(policy.maxAttempts, 1_000) + 1 }, () => outcome);
  const { attempts, end } = simulate({ policy, outcomes, startMs: 0, random: 0.5, deadlineAtMs: null });
  const steps = attempts.map(({ number, startMs, decision }) => ({
    number,
    atMs: startMs,
    waitMs: decision.then === 'retry' ? decision.delayMs : null,
    why: decision.why,
  }));
  return { steps, end, totalMs: attempts.at(-1)?.startMs ?? 0 };
}

/**
 * Returns a plan in words: `6 attempts over 31.2 s of waiting, then it fails.` The time of the attempts themselves is
 * not included.
 */
export function planSummary({ steps, end, totalMs }: Plan): string {
  const count = steps.length === 1 ? '1 attempt' : `${steps.length} attempts`;
  const over = steps.length === 1 ? '' : ` over ${formatWait(totalMs)} of waiting`;
  return `${count}${over}, then it ${end === 'completed' ? 'completes' : 'fails'}.`;
}
