import { expect, it } from 'vitest';
import { alertSubject } from '#src/contract/stats/alert-subject.ts';
import type { Alert } from '#src/contract/stats/stats.ts';

const certificate = (id: string): Alert => ({
  ...{ kind: 'certificate_ends', of: 'endpoint', id, name: 'bank' },
  ...{ subject: 'CN=bank', endsAt: '2026-12-01T00:00:00.000Z' },
});
const quota = (name: 'jobsPerDay' | 'storedBytes'): Alert => ({
  ...{ kind: 'quota_near', quota: name, used: 9, limit: 10, resetsAt: null },
});

it.each([
  ['certificates', certificate('end_a'), certificate('end_b')],
  ['quotas', quota('jobsPerDay'), quota('storedBytes')],
  [
    'failures',
    { kind: 'failure_rate', of: 'jobs', failed: 9, total: 10, since: '2026-12-01T00:00:00.000Z' } as const,
    { kind: 'failure_rate', of: 'callbacks', failed: 9, total: 10, since: '2026-12-01T00:00:00.000Z' } as const,
  ],
])('two alerts about %s are told apart', (_of, first, second) => {
  expect(alertSubject(first)).not.toBe(alertSubject(second));
});
