import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { countDeliveryAttempts, countEnded, countSubmitted } from '#src/engine/stats/stat-deltas.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import type { JobUpdate } from '#src/store/job/update-jobs.ts';

const at = (ms: number) => new Date(1_000_000 + ms);
const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 0 };

function ended(
  state: JobUpdate['state'],
  over: { host?: string; project?: string; recent?: string; code?: string } = {},
) {
  const { host = 'a.test', project = 'p', recent = 'response:200', code } = over;
  return {
    job: { project_id: project, host, created_at: at(0) } as ClaimedJob,
    update: {
      ...{ state, recent, endedAt: state === 'retrying' ? null : at(100) },
      error: code === undefined ? null : { code, message: '', retryable: false },
    } as JobUpdate,
  };
}

describe('jobs that end', () => {
  it('are counted for their project and by host; those that go on are not', () => {
    const deltas = countEnded([
      ended('completed'),
      ended('failed', { project: 'q', recent: 'timeout' }),
      ended('retrying'),
    ]);
    expect(Object.fromEntries(deltas)).toEqual({
      p: {
        totals: { completed: 1, duration: { '53': 1 } },
        hosts: [['a.test', { ended: 1, failed: 0, outcomes: [] }]],
      },
      q: {
        totals: { failed: 1, duration: { '53': 1 } },
        hosts: [['a.test', { ended: 1, failed: 1, outcomes: [['timeout', 1]] }]],
      },
    });
  });

  it.each([
    ['response:500,timeout,response:429', undefined, '429'],
    ['connection_error', 'dns_error', 'connection_error'],
    ['', 'deadline_exceeded', 'deadline_exceeded'],
    ['', undefined, 'unknown'],
  ])('after "%s" with the error %s failed by %s', (recent, code, outcome) => {
    const deltas = countEnded([ended('failed', { recent, ...(code === undefined ? {} : { code }) })]);
    expect(deltas.get('p')?.hosts?.[0]?.[1].outcomes).toEqual([[outcome, 1]]);
  });

  it('none of them make nothing to be written', () => {
    expect(countEnded([ended('retrying')]).size).toBe(0);
    expect(countSubmitted([]).size).toBe(0);
  });
});

type Tried = Parameters<typeof countDeliveryAttempts>[0][number];

function tried(state: string, outcome: Outcome, over: Partial<DeliveryRow> = {}, egressDown = false): Tried {
  const delivery = { project_id: 'p', endpoint_id: null, attempt_base: 0, created_at: at(0), ...over } as DeliveryRow;
  return { ended: { delivery, outcome, egressDown, startedAt: at(60), endedAt: at(100) }, update: { state } };
}

const response = (status: number): Outcome => ({
  ...{ kind: 'response' as const, status, headers: [], body: new Uint8Array(), truncated: false, redirects: [] },
  ...{ timings, remoteAddress: null },
});
const refused: Outcome = {
  ...{ kind: 'connection_error', code: 'connection_refused', message: '', requestSent: false, timings },
};

describe('tries of deliveries', () => {
  it('are counted for the project, and for the endpoint they went to', () => {
    const deltas = countDeliveryAttempts([
      tried('delivered', response(204), { endpoint_id: 'e' }),
      tried('retrying', response(500), { endpoint_id: 'e' }),
      tried('failed', refused),
    ]);
    expect(Object.fromEntries(deltas)).toEqual({
      p: {
        totals: {
          ...{ delivered: 1, deliveriesFailed: 1, failedTries: 2 },
          ...{ tryDuration: { '42': 2 }, deliveryDuration: { '53': 1 } },
        },
        endpoints: [['e', { delivered: 1, failedTries: 1, tryDuration: { '42': 2 } }]],
      },
    });
  });

  it('that were interrupted, or could not get out, are not held against the receiver', () => {
    const deltas = countDeliveryAttempts([
      tried('retrying', { kind: 'interrupted', by: 'worker_lost' }),
      tried('retrying', refused, {}, true),
    ]);
    expect(deltas.get('p')?.totals).toEqual({});
  });

  it('of a delivery that was sent again by hand say nothing about how long deliveries take', () => {
    const deltas = countDeliveryAttempts([tried('delivered', response(200), { attempt_base: 3 })]);
    expect(deltas.get('p')?.totals).toEqual({ delivered: 1, tryDuration: { '42': 1 } });
  });
});
