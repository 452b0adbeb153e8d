import { describe, expect, it } from 'vitest';
import { type Expectation, expectRun } from '#src/ui/parts/trial/expectation.ts';
import { endWords } from '#src/ui/parts/trial/expectation-words.ts';
import { firstValues, isUnreadable, type TryValues } from '#src/ui/parts/trial/form-values.ts';
import { planOf } from '#src/ui/parts/trial/plan.ts';

function foreseen(change: Partial<TryValues>): Expectation {
  const expectation = expectRun({ ...firstValues('test'), ...change });
  if (isUnreadable(expectation)) throw new Error(expectation.message);
  return expectation;
}

const unreadable = (change: Partial<TryValues>) => {
  const expectation = expectRun({ ...firstValues('test'), ...change });
  return isUnreadable(expectation) ? expectation : null;
};

describe('what the playground expects', () => {
  it('waits after a 429 as the target asks, and after a 503 by backoff', () => {
    const { attempts, end } = foreseen({});
    expect(end).toBe('completed');
    expect(attempts.map(({ status }) => status)).toEqual([429, 503, 200]);
    expect(attempts[0]?.decision).toMatchObject({ then: 'retry', inputs: { usedHeaders: ['retry-after'] } });
    const waitedMs = (attempts[1]?.startMs ?? 0) - (attempts[0]?.endMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(1_000);
    expect(attempts[1]?.decision.rule).toBe('503');
  });

  it('starts the plan over after its last status, as the target does', () => {
    const { attempts, end } = foreseen({ plan: planOf([503, 429]), maxAttempts: '4' });
    expect(attempts.map(({ status }) => status)).toEqual([503, 429, 503, 429]);
    expect(end).toBe('failed');
  });

  it('reads a reset as a time after the answer that names it', () => {
    const rules = '{ "429": { "strategy": "headers", "resetHeader": "x-ratelimit-reset" } }';
    const { attempts } = foreseen({ plan: planOf([429, 429, 200]), retry: 'rules', rules });
    for (const { decision } of attempts.slice(0, 2)) {
      expect(decision).toMatchObject({ then: 'retry' });
      expect(decision.then === 'retry' && decision.delayMs).toBeLessThan(3_000);
    }
  });

  it('lets an answer that takes longer than the timeout time out', () => {
    const { attempts, end } = foreseen({ plan: planOf([200], 5_000), timeout: '2s', retry: 'none' });
    expect(attempts).toMatchObject([{ outcome: 'timeout', status: null, endMs: 2_000 }]);
    expect(end).toBe('failed');
  });

  it('knows which requests may be repeated', () => {
    const plan = planOf([500, 200]);
    expect(foreseen({ plan, method: 'POST' }).end).toBe('failed');
    expect(foreseen({ plan, method: 'PUT' }).end).toBe('completed');
    const headers = [{ key: 0, name: 'Idempotency-Key', value: 'x', secret: false }];
    expect(foreseen({ plan, method: 'POST', headers }).end).toBe('completed');
  });

  it.each([
    ['a status that is none', { plan: planOf([600]) }, 'plan', /200 to 599/],
    ['rules that are no JSON', { retry: 'rules', rules: '{' }, 'retry', /no JSON/],
    ['a pattern that is none', { retry: 'rules', rules: '{"teapot":{}}' }, 'retry.teapot', /teapot/],
    ['a field that is none', { retry: 'rules', rules: '{"5xx":{"limt":1}}' }, 'retry.5xx.limt', /not a known field/],
    ['a timeout that is none', { timeout: 'soon' }, 'timeout.durationInMs', /timeout.durationInMs/],
  ] as const)('names the field of %s', (_, change, field, message) => {
    const problem = unreadable(change as Partial<TryValues>);
    expect(problem?.field).toBe(field);
    expect(problem?.message).toMatch(message);
  });

  it('ends, whatever the policy, and quickly', () => {
    const rules = '{ "5xx": { "limit": 1000, "minTimeoutInMs": 0, "maxTimeoutInMs": 0 } }';
    const { attempts, end } = foreseen({ plan: planOf([503]), retry: 'rules', rules, maxAttempts: '1000' });
    expect(end).toBe('open');
    expect(attempts.length).toBeGreaterThan(100);
  });

  it('is said in one sentence', () => {
    expect(endWords(foreseen({}))).toMatch(/^The job is completed with 3 attempts, in about \d(\.\d)? s\.$/);
    expect(endWords(foreseen({ plan: planOf([422]) }))).toBe('The job fails with bad_status after 1 attempt, at once.');
  });
});
