import { expect, test } from 'vitest';
import { mayResend } from '#src/ui/words/may-resend.ts';

const endedAt = '2026-11-20T11:58:09.338Z';

test.each([
  ['job.completed', 'delivered', endedAt, true],
  ['job.completed', 'failed', endedAt, true],
  ['job.completed', 'retrying', null, false],
  ['job.completed', 'cancelled', endedAt, false],
  ['job.started', 'failed', endedAt, true],
  ['job.started', 'delivered', endedAt, false],
  ['job.attempt_failed', 'delivered', endedAt, false],
  ['endpoint.test', 'delivered', endedAt, true],
] as const)('%s, %s', (type, state, ended, may) => {
  expect(mayResend({ type, state, endedAt: ended })).toBe(may);
});
