import { describe, expect, it } from 'vitest';
import { decide } from '#src/domain/decide/decide.ts';
import { whyNoRule } from '#src/ui/job/attempt/why-no-rule.ts';
import { policy, response } from '#test/unit/domain/decide/outcomes.ts';

const posts = policy({ method: 'POST' });

/** Returns what is said of the first answer of a target, after the decision of a worker. */
function said(status: number) {
  const history = { attempts: 1, interruptions: 0, retries: {} };
  const outcome = response(status);
  const decision = decide({ policy: posts, history, outcome, nowMs: 0, random: 0, deadlineAtMs: null });
  return { why: decision.why, noRule: whyNoRule(posts, decision, status) };
}

describe('a status that ended a job without a rule', () => {
  it('names the rule that matched and could not be used, as the decision does', () => {
    const { why, noRule } = said(500);
    expect(why).toContain('matches rule "408,500,502,504"');
    expect(noRule).toEqual({ rule: '408,500,502,504', cure: expect.stringContaining('Idempotency-Key') });
  });

  it('says that the policy does not name it', () => {
    expect(said(404).noRule).toEqual({ rule: null, cure: expect.stringContaining('names no 404') });
  });

  it.each([200, 429])('has nothing to be cured where a rule decided: %i', (status) => {
    expect(said(status).noRule).toBeNull();
  });
});
