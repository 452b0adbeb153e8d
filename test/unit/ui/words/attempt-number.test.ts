import { expect, test } from 'vitest';
import { attemptNumber } from '#src/ui/words/attempt-number.ts';

test.each([
  [{ state: 'queued', attempts: 0, endedAt: null }, 1],
  [{ state: 'in_progress', attempts: 1, endedAt: null }, 1],
  [{ state: 'retrying', attempts: 1, endedAt: null }, 2],
  [{ state: 'in_progress', attempts: 2, endedAt: null }, 2],
  [{ state: 'completed', attempts: 2, endedAt: '2026-11-20T11:58:09.338Z' }, 2],
] as const)('%j: attempt %i', (job, number) => {
  expect(attemptNumber(job)).toBe(number);
});
