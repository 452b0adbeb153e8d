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

  it('stays open when the outcomes run out, and does not count interruptions as attempts', () => {
    const outcomes = [{ kind: 'interrupted', by: 'shutdown' } as const, timedOut(true)];
    const { attempts, end } = simulate({ ...base, policy: policy({ maxAttempts: 2 }), outcomes });
    expect([attempts.length, end]).toEqual([2, 'open']);
  });
});
