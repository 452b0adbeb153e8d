import { describe, expect, it } from 'vitest';
import type { Backlog, TroubledReceiver, WorkerView } from '#src/contract/stats/stats.ts';
import { certificatesOf } from '#src/engine/client-tls.ts';
import { alerts, type Situation } from '#src/engine/stats/alerts.ts';
import { pem } from '#test/support/tls/pem.ts';

const nowMs = Date.parse('2026-01-01T00:10:00.000Z');
const ago = (seconds: number) => new Date(nowMs - seconds * 1_000).toISOString();
const count = (n: number, capped = false) => ({ count: n, capped });

const worker = (state: WorkerView['state'], heartbeatAt = ago(1)): WorkerView => ({
  ...{ id: 'w', name: 'w', slots: 1, inFlight: 0, startedAt: ago(9_000), state, heartbeatAt, version: '0.1.0' },
});

const backlog = (queued = count(0), oldestQueuedAt: string | null = null): Backlog => ({
  ...{
    queued,
    due: queued,
    paused: count(0),
    oldestQueuedAt,
    oldestQueuedJobId: null,
    retrying: count(0),
    scheduled: count(0),
  },
  ...{ inProgress: count(0), deliveries: count(0), deliveriesRetrying: count(0) },
  ...{ oldestDeliveryAt: null, oldestDeliveryId: null },
});

const fine: Situation = {
  ...{ nowMs, workers: [worker('alive')], lastReadingMs: nowMs, egressDownSince: null, backlog: backlog() },
  ...{ before: { queued: 0, oldestQueuedMs: 0, deliveriesWaiting: 0 }, recent: [] },
  ...{ endpoints: [], endpointBacklogs: new Map(), receivers: [], quotas: [], certificates: [] },
};
const kinds = (situation: Partial<Situation>) => alerts({ ...fine, ...situation }).map(({ kind }) => kind);

describe('alerts', () => {
  it('are none while all is well', () => {
    expect(alerts(fine)).toEqual([]);
  });

  it('tell of the certificate of each owner that ends first, 30 days before and after its end', () => {
    const endMs = Date.parse(certificatesOf(pem('client'))[0]?.expiresAt ?? '');
    const owned = { project_id: 'p', certificate: pem('client'), ca: null };
    const certificates = [
      { ...owned, owner: 'endpoint' as const, id: '00000000-0000-7000-8000-000000000001', name: 'bank' },
      {
        ...owned,
        owner: 'upstream' as const,
        id: '00000000-0000-7000-8000-000000000002',
        name: 'none',
        certificate: null,
      },
    ];
    const at = (days: number) =>
      alerts({ ...fine, certificates, workers: [worker('alive')], nowMs: endMs + days * 86_400_000 });
    expect(at(-30)).toEqual([]);
    for (const days of [-29, 1])
      expect(at(days)).toMatchObject([
        { kind: 'certificate_ends', of: 'endpoint', name: 'bank', endsAt: new Date(endMs).toISOString() },
      ]);
  });

  it('come gravest first', () => {
    const disabled = { id: '00000000-0000-7000-8000-000000000001', name: 'e', state: 'disabled' as const };
    const endpoint = {
      ...disabled,
      disabled_at: new Date(nowMs),
      failing_since: null,
      last_failure_answer: null,
      paused_until: null,
    };
    const all = { workers: [], egressDownSince: new Date(nowMs), backlog: backlog(count(5), ago(61)) };
    const endpoints = [{ ...endpoint, disabled_reason: 'failing' }];
    expect(kinds({ ...all, endpoints })).toEqual(['no_workers', 'egress_down', 'backlog_growing', 'endpoint_disabled']);
  });

  it('about workers wait until the last one is silent, and name its last sign of life', () => {
    expect(kinds({ workers: [worker('silent'), worker('draining')] })).toEqual([]);
    const workers = [worker('silent', ago(30)), worker('silent', ago(20))];
    expect(alerts({ ...fine, workers, lastReadingMs: nowMs - 25_000 })).toEqual([
      { kind: 'no_workers', since: ago(20) },
    ]);
    expect(alerts({ ...fine, workers: [], lastReadingMs: null })).toEqual([{ kind: 'no_workers', since: null }]);
  });

  const growing: [
    what: string,
    queued: ReturnType<typeof count>,
    oldest: number,
    before: Situation['before'],
    is: boolean,
  ][] = [
    ['more than before, for long', count(5), 61, { queued: 4, oldestQueuedMs: 0, deliveriesWaiting: 0 }, true],
    ['more than before, not for long', count(5), 60, { queued: 4, oldestQueuedMs: 0, deliveriesWaiting: 0 }, false],
    ['as many as before', count(5), 600, { queued: 5, oldestQueuedMs: 0, deliveriesWaiting: 0 }, false],
    ['fewer, though they wait longer', count(5), 600, { queued: 6, oldestQueuedMs: 0, deliveriesWaiting: 0 }, false],
    ['nobody looked before', count(5), 600, null, false],
    [
      'more than can be counted, as before, waiting longer',
      count(10_000, true),
      600,
      { queued: 10_001, oldestQueuedMs: 1, deliveriesWaiting: 0 },
      true,
    ],
    [
      'more than can be counted, as before, but getting on',
      count(10_000, true),
      600,
      { queued: 10_001, oldestQueuedMs: 700_000, deliveriesWaiting: 0 },
      false,
    ],
    [
      'more than can be counted, and fewer before',
      count(10_000, true),
      600,
      { queued: 9_999, oldestQueuedMs: 700_000, deliveriesWaiting: 0 },
      true,
    ],
  ];

  it.each(growing)('about the backlog: %s', (_what, queued, oldest, before, is) => {
    expect(kinds({ backlog: backlog(queued, ago(oldest)), before })).toEqual(is ? ['backlog_growing'] : []);
    // A pause holds them all, so nothing waits for workers.
    expect(kinds({ backlog: { ...backlog(), queued, paused: queued }, before })).toEqual([]);
  });

  const late = (oldest: number, waiting = count(3)): Backlog => ({
    ...backlog(),
    ...{ deliveries: waiting, oldestDeliveryAt: ago(oldest) },
  });
  const receiver = (waiting: number): TroubledReceiver => ({
    ...{
      endpointId: `end_${waiting}`,
      name: `e${waiting}`,
      state: 'failing',
      lastAnswer: '503',
      waiting: count(waiting),
    },
    ...{ oldestWaitingAt: null, skipped: count(0), nextTryAt: null },
  });

  it('about callbacks wait until the oldest is late, and name the receiver for which the most waits', () => {
    expect(kinds({ backlog: late(300) })).toEqual([]);
    const receivers = [receiver(2), receiver(1)];
    expect(alerts({ ...fine, backlog: late(301), receivers })).toEqual([
      {
        ...{ kind: 'callbacks_waiting', waiting: count(3), oldestAt: ago(301), growing: true },
        worst: { endpointId: 'end_2', name: 'e2', lastAnswer: '503', waiting: count(2) },
      },
    ]);
  });

  it('about callbacks say whether they become more', () => {
    const growing = (deliveriesWaiting: number) =>
      alerts({ ...fine, backlog: late(301), before: { queued: 0, oldestQueuedMs: 0, deliveriesWaiting } })[0];
    expect(growing(2)).toMatchObject({ growing: true, worst: null });
    expect(growing(3)).toMatchObject({ growing: false });
    expect(alerts({ ...fine, backlog: late(301), before: null })[0]).toMatchObject({ growing: false });
  });

  const rates: [what: string, recent: Situation['recent'], found: object[]][] = [
    ['few failed', [{ failed: 9 }, { failedTries: 9 }], []],
    [
      'few of many failed',
      [
        { failed: 24, completed: 76 },
        { failedTries: 24, delivered: 76 },
      ],
      [],
    ],
    [
      'a quarter failed, over several minutes',
      [{ failed: 5, completed: 30 }, { failed: 5 }, { failedTries: 10, delivered: 30 }],
      [
        { kind: 'failure_rate', of: 'callbacks', failed: 10, total: 40, since: ago(600) },
        { kind: 'failure_rate', of: 'jobs', failed: 10, total: 40, since: ago(600) },
      ],
    ],
  ];

  it.each(rates)('about failures: %s', (_what, recent, found) => {
    expect(alerts({ ...fine, recent })).toEqual(found);
  });
});
