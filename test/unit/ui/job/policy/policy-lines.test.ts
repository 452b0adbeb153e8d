import { expect, test } from 'vitest';
import { policyLines } from '#src/ui/job/policy/policy-lines.ts';
import { policy } from '#test/unit/domain/decide/outcomes.ts';

test('a rule that polls is called what it does', () => {
  const bodyMatches = { pointer: '/status', anyOf: ['queued', 'running'] };
  const pause = { minTimeoutInMs: 2_000, maxTimeoutInMs: 9_000, factor: 2 };
  const words = (rule: object) => policyLines(policy({ retry: [rule as { when: string }] }), [])[0]?.words;
  expect(words({ when: '200', bodyMatches, limit: 9, ...pause, then: 'fail' })).toBe(
    'polls while /status is "queued" or "running": backoff 2 s – 9 s, × 2, then fail',
  );
  expect(words({ when: '200', bodyMatches: { pointer: '', value: 1 }, limit: 0, then: 'fail' })).toBe(
    'if the body is 1: no retry, then fail',
  );
  expect(words({ when: '429', bodyMatches, ...pause })).toBe(
    'if /status is "queued" or "running": backoff 2 s – 9 s, × 2',
  );
});

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
