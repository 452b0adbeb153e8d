import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { overdueSettlement, type Settlement, settledRow, settlement } from '#src/engine/attempt/settlement.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import type { JobOptions } from '#src/store/job/job-options.ts';
import { policy, response } from '#test/unit/domain/decide/outcomes.ts';

const endedAt = new Date('2026-03-01T12:00:00.000Z');
const later = (seconds: number) => new Date(endedAt.getTime() + seconds * 1000);
const interrupted = (by: 'worker_lost' | 'shutdown'): Outcome => ({ kind: 'interrupted', by });

function job(options: Partial<JobOptions> = {}, more: Partial<ClaimedJob> = {}): ClaimedJob {
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
    created_at: endedAt,
    run_at: null,
    deadline_at: null,
    started_at: endedAt,
    ended_at: null,
    next_attempt_at: null,
    claim_id: '019a0000-0000-7000-8000-000000000003',
    claimed_by: '019a0000-0000-7000-8000-000000000004',
    claimed_at: endedAt,
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
    callback: null,
    body: null,
    body_sealed: null,
    has_body: false,
    secrets: null,
    callback_secrets: null,
    ...more,
    options: {
      policy: policy({ retry: { '503': { strategy: 'backoff', limit: 2 } } }),
      timeoutMs: 1_000,
      redirect: 'follow',
      sendIdempotencyKey: false,
      resultTtlSeconds: 3_600,
      keepSecretsSeconds: null,
      deadlineSeconds: null,
      redact: { query: [], body: [], response: [] },
      hadBody: true,
      ...options,
    },
  };
}

function settle(outcome: Outcome, claimed = job()): Settlement {
  return settlement({ job: claimed, outcome, startedAt: endedAt, endedAt, worker: 'here:1' }, { random: () => 0 });
}

type Erase = Settlement['erase'];
const cases: [what: string, status: number, options: Partial<JobOptions>, erase: Erase][] = [
  ['completed: secrets at once, the body with the result', 200, {}, { secretsAt: null, bodyAt: 'with result' }],
  ['failed: secrets after a day', 404, {}, { secretsAt: later(86_400), bodyAt: later(86_400) }],
  [
    'failed, its result outliving the secrets: the body with the result',
    404,
    { resultTtlSeconds: 90_000 },
    { secretsAt: later(86_400), bodyAt: 'with result' },
  ],
  ['completed, result kept nowhere: both at once', 200, { resultTtlSeconds: 0 }, { secretsAt: null, bodyAt: null }],
  [
    'failed, result kept nowhere: the body as long as the secrets',
    404,
    { resultTtlSeconds: 0 },
    { secretsAt: later(86_400), bodyAt: later(86_400) },
  ],
  [
    'completed, secrets asked to be kept shorter than the result',
    200,
    { keepSecretsSeconds: 60 },
    { secretsAt: later(60), bodyAt: 'with result' },
  ],
  [
    'completed, secrets asked to be kept longer than the result',
    200,
    { keepSecretsSeconds: 7_200 },
    { secretsAt: later(7_200), bodyAt: later(7_200) },
  ],
  ['failed, asked to keep nothing', 404, { keepSecretsSeconds: 0 }, { secretsAt: null, bodyAt: 'with result' }],
  [
    'failed, asked to keep nothing at all',
    404,
    { keepSecretsSeconds: 0, resultTtlSeconds: 0 },
    { secretsAt: null, bodyAt: null },
  ],
  ['not over yet: nothing is erased', 503, {}, null],
];

describe('what is erased, and when', () => {
  it.each(cases)('%s', (_what, status, options, erase) => {
    expect(settle(response(status), job(options)).erase).toEqual(erase);
  });

  it('a job without a response keeps its body as long as its secrets', () => {
    const blocked: Outcome = { kind: 'blocked', message: 'no', timings: settleTimings };
    expect(settle(blocked).erase).toEqual({ secretsAt: later(86_400), bodyAt: later(86_400) });
    expect(overdueSettlement(job(), endedAt).erase).toEqual({ secretsAt: later(86_400), bodyAt: later(86_400) });
  });
});

const settleTimings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };

describe('the result', () => {
  it('is the final response, also of a failed job, and expires by its time from the end', () => {
    for (const status of [200, 404]) {
      const settled = settle(response(status, { 'content-type': 'text/plain' }, 'text'));
      expect(settled.result).toMatchObject({ status, contentType: 'text/plain', expiresAt: later(3_600) });
      expect(settled.update).toMatchObject({ resultExpiresAt: later(3_600), endedAt, status });
      expect(settled.attempt?.body, 'the body is the result, not kept twice').toBeNull();
    }
  });

  it('is none while the job goes on; the response stays on its attempt', () => {
    const settled = settle(response(503, {}, 'x'.repeat(20_000)));
    expect(settled.result).toBeNull();
    expect(settled.attempt).toMatchObject({ status: 503, bodySize: 20_000 });
    expect(settled.attempt?.body).toHaveLength(16_384);
    expect(settled.update).toMatchObject({ state: 'retrying', endedAt: null, resultExpiresAt: null, admitted: true });
  });

  it('and the attempt hold no secret header and nothing that redact.response names', () => {
    const redact = { query: ['key'], body: [], response: ['/secret'] };
    const answer = (status: number) =>
      response(status, { 'set-cookie': 'a=b', 'x-plain': 'seen' }, '{"secret":"hidden","see":1}');
    const final = settle(answer(200), job({ redact }));
    const going = settle(answer(503), job({ redact }));
    for (const text of [JSON.stringify(final), JSON.stringify(going)]) {
      expect(text).not.toContain('a=b');
      expect(text).toContain('seen');
    }
    expect(Buffer.from(final.result?.body ?? []).toString()).toBe('{"secret":"********","see":1}');
    expect(Buffer.from(going.attempt?.body ?? []).toString()).toBe('{"secret":"********","see":1}');
  });

  it('masks the query of every redirect it came by', () => {
    const answer = response(503) as Extract<Outcome, { kind: 'response' }>;
    answer.redirects.push({ status: 302, from: 'http://a.test/?key=hidden', to: 'http://b.test/?key=hidden&see=1' });
    const settled = settle(answer, job({ redact: { query: ['key'], body: [], response: [] } }));
    expect(JSON.stringify(settled.attempt)).not.toContain('hidden');
    expect(settled.attempt?.redirects[0]?.to).toContain('see=1');
  });
});

describe('an interruption', () => {
  it('is tried again at once, costs no retry and no attempt', () => {
    const settled = settle(interrupted('shutdown'), job({}, { attempt_count: 3, retries: { '503': 1 } }));
    expect(settled.update).toMatchObject({
      state: 'retrying',
      delayMs: 0,
      admitted: true,
      interruptionCount: 1,
      retries: { '503': 1 },
    });
    expect(settled.attempt).toMatchObject({ n: 3, outcome: 'interrupted', failure: { code: 'shutdown' } });
  });

  it('by a lost worker is counted, and the third fails the job', () => {
    let claimed = job();
    const states: string[] = [];
    for (let n = 1; n <= 3; n++) {
      const { update, decision } = settle(interrupted('worker_lost'), claimed);
      states.push(decision.then === 'fail' ? decision.error.code : update.state);
      claimed = job(
        {},
        { attempt_count: n + 1, interruption_count: update.interruptionCount, retries: update.retries },
      );
    }
    expect(states).toEqual(['retrying', 'retrying', 'worker_lost']);
  });

  it('by a shutdown does not count towards the three', () => {
    let claimed = job({}, { retries: { worker_lost: 2 }, attempt_count: 3, interruption_count: 2 });
    for (let n = 4; n <= 12; n++) {
      const { update } = settle(interrupted('shutdown'), claimed);
      expect(update.state).toBe('retrying');
      claimed = job({}, { attempt_count: n, interruption_count: update.interruptionCount, retries: update.retries });
    }
    expect(settle(interrupted('worker_lost'), claimed).update).toMatchObject({
      state: 'failed',
      error: { code: 'worker_lost' },
    });
  });

  it('does not bring maxAttempts nearer', () => {
    const twice = policy({ maxAttempts: 2, retry: { '503': { strategy: 'backoff', limit: 5 } } });
    const claimed = job({ policy: twice }, { attempt_count: 9, interruption_count: 8 });
    expect(settle(response(503), claimed).update.state).toBe('retrying');
    const second = job({ policy: twice }, { attempt_count: 10, interruption_count: 8, retries: { '503': 1 } });
    expect(settle(response(503), second).update.state).toBe('failed');
  });

  it('fails the job at once where its policy says so', () => {
    const { update } = settle(interrupted('worker_lost'), job({ policy: policy({ onInterrupted: 'fail' }) }));
    expect(update).toMatchObject({ state: 'failed', error: { code: 'worker_lost' }, endedAt });
  });
});

describe('counting', () => {
  it('goes by rule: each has its own retries', () => {
    const rules = policy({
      retry: { '503': { strategy: 'backoff', limit: 1 }, '429': { strategy: 'backoff', limit: 1 } },
    });
    const first = settle(response(503), job({ policy: rules }));
    expect(first.update.retries).toEqual({ '503': 1 });
    const second = settle(response(429), job({ policy: rules }, { attempt_count: 2, retries: first.update.retries }));
    expect(second.update).toMatchObject({ state: 'retrying', retries: { '503': 1, '429': 1 } });
    const third = settle(response(503), job({ policy: rules }, { attempt_count: 3, retries: second.update.retries }));
    expect(third.update.state).toBe('failed');
  });

  it('keeps the last eight outcomes', () => {
    const { update } = settle(response(503), job({}, { recent: 'timeout,a,b,c,d,e,f,g' }));
    expect(update.recent).toBe('a,b,c,d,e,f,g,response:503');
  });
});

it('a retry beyond ten seconds is only a row, one within has its message made with it', () => {
  const wait = (seconds: number) =>
    settle(response(503), job({ policy: policy({ retry: { '503': backoff(seconds) } }) })).update;
  const backoff = (seconds: number) => ({
    strategy: 'backoff' as const,
    minTimeoutInMs: seconds * 1_000,
    maxTimeoutInMs: seconds * 1_000,
    randomize: false,
  });
  expect(wait(10)).toMatchObject({ delayMs: 10_000, admitted: true });
  expect(wait(11)).toMatchObject({ delayMs: 11_000, admitted: false });
});

it('why an attempt failed is kept while the job goes on, without the secrets in it', () => {
  const outcome: Outcome = {
    kind: 'connection_error',
    code: 'http_invalid',
    message: 'it said "s3cret-value" twice',
    requestSent: false,
    timings: settleTimings,
  };
  const ended = { job: job(), outcome, startedAt: endedAt, endedAt, worker: 'w', secrets: ['s3cret-value'] };
  const { update } = settlement(ended, { random: () => 0.5 });
  expect(update).toMatchObject({ state: 'retrying', error: { code: 'http_invalid' } });
  expect(update.error?.message).toBe('it said "********" twice.');
});

it('the row after the end is what the event is made of: no retry pending, no stale error, the result as it is kept', () => {
  const row = settledRow(
    settle(response(200, { 'content-type': 'text/plain' }, 'text'), job({}, { next_attempt_at: endedAt })),
  );
  expect(row).toMatchObject({
    state: 'completed',
    next_attempt_at: null,
    error: null,
    ended_at: endedAt,
    result_status: 200,
  });
  expect(row.result_body?.toString()).toBe('text');
});
