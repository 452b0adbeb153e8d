import { describe, expect, it } from 'vitest';
import { simulate } from '#src/domain/decide/simulate.ts';
import { policy, response, timedOut } from './outcomes.ts';

const base = { startMs: 0, random: 0, deadlineAtMs: null };

describe('simulating a policy', () => {
  it('goes on until the job is complete, keeping each rule’s count', () => {
    const of = policy({ retry: { '503': { limit: 2 }, '429': { limit: 1 } } });
    const outcomes = [response(503), response(429), response(503), response(200), response(500)];
    const { attempts, end } = simulate({ ...base, policy: of, outcomes });
    expect(end).toBe('completed');
    expect(attempts.map(({ startMs }) => startMs)).toEqual([0, 1_008, 2_016, 3_824]);
    expect(attempts.map(({ decision }) => decision.retry?.count)).toEqual([1, 1, 2, undefined]);
  });

  it('ends when the policy gives up', () => {
    const of = policy({ retry: { '503': { limit: 1 } } });
    const { attempts, end } = simulate({
      ...base,
      policy: of,
      outcomes: [response(503), response(503), response(200)],
    });
    expect([attempts.length, end]).toEqual([2, 'failed']);
  });

  it('shows waits that grow while something is left, the last one until the reset', () => {
    const rule = { strategy: 'headers' as const, resetHeader: 'x-reset', remainingHeader: 'x-left', limit: 3 };
    const outcome = response(429, { 'x-left': '5', 'x-reset': '120' });
    const outcomes = [outcome, outcome, outcome, outcome];
    const { attempts, end } = simulate({ ...base, policy: policy({ retry: { '429': rule } }), outcomes });
    const waits = attempts.map(({ decision }) => (decision.then === 'retry' ? decision.delayMs : decision.then));
    expect([waits, end]).toEqual([[1_000, 1_800, 120_000, 'fail'], 'failed']);
  });

  it('shows what Retry-After and x-should-retry do', () => {
    const of = policy({ retry: 'openai' });
    const asks = response(500, [
      ['retry-after', '5'],
      ['retry-after', '20'],
    ]);
    const again = response(404, { 'x-should-retry': 'true' });
    const outcomes = [asks, again, response(503, { 'x-should-retry': 'false' }), response(200)];
    const { attempts, end } = simulate({ ...base, policy: of, outcomes });
    expect(attempts.map(({ startMs }) => startMs)).toEqual([0, 20_008, 21_016]);
    expect([attempts.at(-1)?.decision.why, end]).toEqual(['503 is not retried: x-should-retry is false.', 'failed']);
  });

  it('stays open when the outcomes run out, and does not count interruptions as attempts', () => {
    const outcomes = [{ kind: 'interrupted', by: 'shutdown' } as const, timedOut(true)];
    const { attempts, end } = simulate({ ...base, policy: policy({ maxAttempts: 2 }), outcomes });
    expect([attempts.length, end]).toEqual([2, 'open']);
  });
});
