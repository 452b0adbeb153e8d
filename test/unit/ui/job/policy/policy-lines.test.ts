import { expect, test } from 'vitest';
import { policyLines } from '#src/ui/job/policy/policy-lines.ts';
import { policy } from '#test/unit/domain/decide/outcomes.ts';

test('a policy that obeys x-should-retry has a line for its retries', () => {
  const line = policyLines(policy({ retry: 'openai' }), []).find(({ key }) => key === 'x-should-retry');
  expect(line).toEqual({
    key: 'x-should-retry',
    rule: 'x-should-retry',
    words: 'false: no retry; true: backoff 1 s – 60 s, × 1.8',
    used: 0,
    limit: 3,
  });
  expect(policyLines(policy(), []).some(({ key }) => key === 'x-should-retry')).toBe(false);
});
