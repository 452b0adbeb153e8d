import { expect, it } from 'vitest';
import { alertWords } from '#src/contract/stats/alert-words.ts';
import type { Alert } from '#src/contract/stats/stats.ts';

const now = Date.parse('2026-11-29T03:00:00.000Z');
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const count = (value: number, capped = false) => ({ count: value, capped });

it.each<[Alert, string, string]>([
  [
    { kind: 'callbacks_waiting', waiting: count(1), oldestAt: ago(6), growing: false, worst: null },
    '1 callback waits, the oldest for 6 min.',
    '/deliveries?state=waiting',
  ],
  [
    {
      ...{ kind: 'callbacks_waiting', waiting: count(10_000, true), oldestAt: ago(20), growing: true },
      worst: { endpointId: 'end_1', name: 'billing', lastAnswer: '502', waiting: count(214) },
    },
    '10,000+ callbacks wait, the oldest for 20 min, and they become more. 214 of them for billing.',
    '/endpoints/end_1',
  ],
  [
    { kind: 'failure_rate', of: 'jobs', failed: 1_300, total: 2_600, since: ago(10) },
    '50 % of the jobs that ended failed in the last ten minutes: 1,300 of 2,600.',
    `/jobs?state=failed&from=${ago(10)}&by=end`,
  ],
  [
    { kind: 'failure_rate', of: 'callbacks', failed: 10, total: 40, since: ago(10) },
    '25 % of the attempts to deliver callbacks failed in the last ten minutes: 10 of 40.',
    `/deliveries?from=${ago(10)}&by=attempt`,
  ],
  [
    { kind: 'quota_near', quota: 'openJobs', used: 90, limit: 100, resetsAt: null },
    '90 of 100 open jobs.',
    '/settings/quotas',
  ],
  [
    { kind: 'quota_near', quota: 'jobsPerDay', used: 2_000, limit: 2_000, resetsAt: '2026-11-30T00:00:00.000Z' },
    '2,000 of 2,000 jobs a day. More jobs are refused. It begins anew at 2026-11-30 00:00 UTC.',
    '/settings/quotas',
  ],
  [
    { kind: 'quota_near', quota: 'storedBytes', used: 9 * 1024 ** 2, limit: 1.5 * 1024 ** 3, resetsAt: null },
    '9.00 MiB of 1.50 GiB stored.',
    '/settings/quotas',
  ],
  [
    { kind: 'backlog_growing', queued: count(214), oldestQueuedAt: ago(3) },
    '214 jobs are due, and the oldest has waited for 3 min. More workers or slots would help.',
    '/jobs?state=queued',
  ],
  [
    { kind: 'certificate_ends', of: 'upstream', id: 'ups_1', name: 'bank', subject: 'CN=us', endsAt: ago(-3 * 1_440) },
    'CN=us ends in 3 days. Give the upstream a new one.',
    '/upstreams/ups_1',
  ],
])('%o says what is wrong, and where more is shown', (alert, sentence, path) => {
  expect(alertWords(alert, now)).toMatchObject({ sentence, path });
});
