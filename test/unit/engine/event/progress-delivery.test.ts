import { describe, expect, it, vi } from 'vitest';
import { settlement } from '#src/engine/attempt/settlement.ts';
import { messagesOf } from '#src/engine/event/delivery-message.ts';
import { attemptFailedDeliveries, tellStarted } from '#src/engine/event/progress-delivery.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import type { StoredCallback } from '#src/store/job/job-options.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { policy, response } from '#test/unit/domain/decide/outcomes.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const ends: StoredCallback = {
  url: 'http://receiver.test/',
  endpoint: null,
  events: ['job.completed', 'job.failed', 'job.cancelled'],
  headers: {},
  payload: 'full',
  scheduleSeconds: null,
};
const all: StoredCallback = { ...ends, events: [...ends.events, 'job.started', 'job.attempt_failed'] };

function job(callback: StoredCallback | null, more: Partial<ClaimedJob> = {}): ClaimedJob {
  return {
    id: '019a0000-0000-7000-8000-000000000001',
    project_id: '019a0000-0000-7000-8000-000000000002',
    state: 'in_progress',
    wait_reason: null,
    method: 'GET',
    url: 'http://target.test/',
    host: 'target.test',
    labels: [],
    attempt_count: 1,
    interruption_count: 0,
    max_attempts: 25,
    retries: null,
    recent: '',
    created_at: at,
    run_at: null,
    deadline_at: null,
    started_at: at,
    ended_at: null,
    next_attempt_at: null,
    claim_id: '019a0000-0000-7000-8000-000000000003',
    claimed_by: '019a0000-0000-7000-8000-000000000004',
    claimed_at: at,
    status: null,
    error: null,
    result_expires_at: null,
    idempotency_key: null,
    rerun_of: null,
    priority: 0,
    flow_id: null,
    run_id: null,
    gateway: null,
    upstream_id: null,
    headers: [],
    metadata: null,
    callback,
    body: null,
    body_sealed: null,
    has_body: false,
    secrets: null,
    callback_secrets: null,
    options: {
      policy: policy({ retry: { '503': { strategy: 'backoff', limit: 2 } } }),
      timeoutMs: 1_000,
      redirect: 'follow',
      sendIdempotencyKey: false,
      resultTtlSeconds: 3_600,
      keepSecretsSeconds: null,
      deadlineSeconds: null,
      redact: { query: [], body: [], response: [] },
      hadBody: false,
    },
    ...more,
  };
}

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const cipher = makeCipher([{ id: 'k', key: Buffer.alloc(32, 7) }]);
const deps = { publicUrl: 'http://ringback.test', cipher, now: () => at.getTime(), random: () => 0.5, log };

/** A transaction and a queue that write down what is asked of them. */
function recording() {
  const statements: string[] = [];
  const of = vi.fn(async () => []);
  const run = async (name: string) => {
    statements.push(name);
    return [];
  };
  const tx = { run, send: run } as unknown as Tx;
  const queue = { insert: async (_tx: Tx, name: string) => void statements.push(name) };
  return { statements, of, tx, deps: { ...deps, receivers: { inside: () => ({ of }) }, queue } as never };
}

describe('the start of jobs', () => {
  it('costs nothing but a look into the known endpoints where nobody wants to hear of it', async () => {
    const { statements, tx, deps } = recording();
    expect(await tellStarted(tx, [job(ends), job(null)], deps)).toBe(false);
    expect(statements).toEqual([]);
  });

  it('is told at the first claim, and at no other, not even after an interruption', async () => {
    const { statements, of, tx, deps } = recording();
    expect(await tellStarted(tx, [job(all, { attempt_count: 2, interruption_count: 1 })], deps)).toBe(false);
    expect(of).not.toHaveBeenCalled();
    expect(await tellStarted(tx, [job(all)], deps)).toBe(true);
    expect(statements).toEqual(['insert_deliveries', 'insert_payloads', 'deliver']);
  });

  it('is logged and left out where it cannot be told: the claim goes on', async () => {
    const { tx, statements, deps } = recording();
    expect(await tellStarted(tx, [job(all, { created_at: null as never })], deps)).toBe(false);
    expect(statements).toEqual([]);
    expect(log.error).toHaveBeenCalledOnce();
  });
});

describe('an attempt', () => {
  const ended = (status: number, callback = all, more: Partial<ClaimedJob> = {}) =>
    settlement(
      { job: job(callback, more), outcome: response(status), startedAt: at, endedAt: at, worker: 'test' },
      deps,
    );
  const told = (settled: ReturnType<typeof ended>) =>
    attemptFailedDeliveries(settled, [], deps).map(({ body }) => JSON.parse(Buffer.from(body ?? []).toString()).data);

  it('that is made again is told with what was decided', () => {
    const settled = ended(503);
    const next = new Date(at.getTime() + Math.ceil(settled.update.delayMs ?? 0)).toISOString();
    expect(told(settled)).toMatchObject([
      {
        state: 'retrying',
        nextAttemptAt: next,
        result: null,
        attempt: { number: 1, status: 503, decision: { then: 'retry', rule: '503' }, nextAttemptAt: next },
      },
    ]);
  });

  it('that was the last is told with its result, but for the body', () => {
    const [data] = told(ended(404));
    expect(data).toMatchObject({
      state: 'failed',
      nextAttemptAt: null,
      error: { code: 'bad_status' },
      attempt: { decision: { then: 'fail', delayMs: null }, nextAttemptAt: null },
    });
    expect(data.result).toMatchObject({ status: 404 });
    expect(data.result.body || null).toBeNull();
  });

  it('that completed the job, was interrupted, or nobody asked for is not told', () => {
    expect(told(ended(200))).toEqual([]);
    expect(told(ended(503, ends))).toEqual([]);
    const interrupted = { kind: 'interrupted', by: 'worker_lost' } as const;
    const ending = { job: job(all), outcome: interrupted, startedAt: at, endedAt: at, worker: 'test' };
    expect(told(settlement(ending, deps))).toEqual([]);
  });
});

it('messages of progress give way to those of an end; what is claimed has none', () => {
  const delivery = (id: string, type: string, more: Partial<NewDelivery> = {}) =>
    ({ id, type, claim: null, projectId: 'p', endpointId: null, ...more }) as NewDelivery;
  const claim = { claimId: 'c', workerId: 'w' };
  const deliveries = [
    delivery('a', 'job.started'),
    delivery('b', 'job.failed'),
    delivery('c', 'job.failed', { claim }),
  ];
  expect(messagesOf(deliveries)).toEqual([
    { id: 'a', delayMs: 0, receiver: 'p', priority: -100 },
    { id: 'b', delayMs: 0, receiver: 'p' },
  ]);
});
