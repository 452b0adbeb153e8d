import { expect, it } from 'vitest';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import { planCases, planOf, planSummary } from '#src/ui/job/policy/policy-plan.ts';

const policyOf = (more: object) => readPolicy({ method: 'GET', hasIdempotencyKey: false, ...more });

it('a plan says how often and when a policy would try again', () => {
  const policy = policyOf({ retry: { 503: { limit: 3, minTimeoutInMs: 1_000, factor: 2, randomize: false } } });
  const failing = planCases(policy).find(({ key }) => key === '503');
  const plan = planOf(policy, failing?.outcome as never);
  expect(plan.steps.map(({ atMs }) => atMs)).toEqual([0, 1_000, 3_000, 7_000]);
  expect(planSummary(plan)).toBe('4 attempts over 7 s of waiting, then it fails.');
});

it('a plan can be had for every rule, and for no answer at all', () => {
  const policy = policyOf({ retry: 'openai' });
  expect(planCases(policy).map(({ key }) => key)).toEqual(['429', '408', '500', 'timeout', 'connection']);
  for (const { outcome } of planCases(policy)) expect(planOf(policy, outcome).steps.length).toBeGreaterThan(1);
});

it('a policy that never tries again is one attempt', () => {
  const policy = policyOf({ retry: 'none' });
  for (const { outcome } of planCases(policy))
    expect(planSummary(planOf(policy, outcome))).toBe('1 attempt, then it fails.');
});
