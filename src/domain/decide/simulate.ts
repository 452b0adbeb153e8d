import type { Policy } from '#src/domain/policy/policy.ts';
import { decide } from './decide.ts';
import type { Decision, History } from './decision.ts';
import type { Outcome } from './outcome.ts';

/** Input of a simulation: a policy, and one outcome for each attempt. */
export type SimulateInput = {
  policy: Policy;
  /** Outcomes of the attempts, in order. `timings.totalMs` is the duration of each. */
  outcomes: readonly Outcome[];
  startMs: number;
  /** Random number, uniform in [0, 1), used for every decision: 0 gives the shortest waits, 0.5 the usual ones. */
  random: number;
  deadlineAtMs: number | null;
};

/** One attempt of a simulation: its start, its end, and the decision after it. */
export type SimulatedAttempt = { number: number; startMs: number; endMs: number; decision: Decision };

/** Result of a simulation. `open`: the outcomes ran out while the job still waited for its next attempt. */
export type Simulation = { attempts: SimulatedAttempt[]; end: 'completed' | 'failed' | 'open' };

/** Returns what a policy does with these outcomes. Outcomes after the job's end are ignored. */
export function simulate(input: SimulateInput): Simulation {
  const { policy, outcomes, random, deadlineAtMs } = input;
  const history: History = { attempts: 0, interruptions: 0, retries: {} };
  const attempts: SimulatedAttempt[] = [];
  let startMs = input.startMs;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'interrupted') history.interruptions++;
    else history.attempts++;
    const endMs = startMs + ('timings' in outcome ? outcome.timings.totalMs : 0);
    const decision = decide({ policy, history, outcome, nowMs: endMs, random, deadlineAtMs });
    attempts.push({ number: index + 1, startMs, endMs, decision });
    if (decision.then === 'complete') return { attempts, end: 'completed' };
    if (decision.then === 'fail') return { attempts, end: 'failed' };
    if (decision.countAs !== null) history.retries[decision.countAs] = (history.retries[decision.countAs] ?? 0) + 1;
    startMs = endMs + decision.delayMs;
  }
  return { attempts, end: 'open' };
}
