import { describe, expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readTrial, runSimulation } from '#src/contract/simulate/run-simulation.ts';
import { simulateAnswerSchema } from '#src/contract/simulate/simulation.ts';

const nowMs = Date.UTC(2026, 10, 20, 12);
const simulated = (input: unknown) => simulateAnswerSchema.parse(runSimulation(readTrial(input), nowMs));

function refusalOf(input: unknown): Refusal {
  try {
    readTrial(input);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('a simulated policy', () => {
  it('says the rule, the reason and the bounds of each wait', () => {
    const { attempts, end, error } = simulated({
      job: { retry: { '503': { limit: 1, minTimeoutInMs: 1_000 } } },
      outcomes: [503, { status: 503, durationMs: 200 }],
    });
    expect(attempts[0]).toMatchObject({ number: 1, decision: { rule: '503' }, startsAfterMs: { min: 0, max: 0 } });
    expect(attempts[0]?.delayMs?.min).toBe(1_000);
    expect(attempts[0]?.delayMs?.max).toBeCloseTo(2_000, -1);
    expect(attempts[1]?.startsAfterMs).toEqual(attempts[0]?.delayMs);
    expect([end, error?.code, attempts[1]?.delayMs]).toEqual(['failed', 'bad_status', null]);
  });

  it('waits for the reset that a header names, from the start that is given', () => {
    const outcomes = [
      { status: 429, headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '2026-11-20T12:00:30Z' } },
      { status: 200, json: { ok: true } },
    ];
    const retry = { '429': { strategy: 'headers', resetHeader: 'x-ratelimit-reset' } };
    const now = simulated({ job: { retry }, outcomes });
    expect(now.attempts[0]?.delayMs?.min).toBe(30_000);
    expect(now.attempts[0]?.delayMs?.max).toBeLessThanOrEqual(31_000);
    expect(now.end).toBe('completed');
    const later = simulated({ job: { retry }, outcomes, startAt: '2026-11-20T12:00:20Z' });
    expect(later.attempts[0]?.delayMs?.min).toBe(10_000);
  });

  it('knows what was not sent, reads bodies, and stops at the deadline', () => {
    const post = { method: 'POST' };
    expect(simulated({ job: post, outcomes: [{ failure: 'connection_refused' }] }).end).toBe('open');
    expect(simulated({ job: post, outcomes: [{ failure: 'connection_reset' }] }).end).toBe('failed');
    expect(simulated({ job: post, outcomes: [{ failure: 'timeout', sent: false }] }).end).toBe('open');
    const poll = { retry: { '200': { bodyMatches: { pointer: '/status', anyOf: ['queued'] } } } };
    expect(simulated({ job: poll, outcomes: [{ status: 200, json: { status: 'queued' } }] }).end).toBe('open');
    expect(simulated({ job: poll, outcomes: [{ status: 200, body: '{"status":"done"}' }] }).end).toBe('completed');
    const slow = { timeout: { durationInMs: 2_000 } };
    const outcome = { status: 200, durationMs: 600_000 };
    expect(simulated({ job: slow, outcomes: [outcome] }).attempts[0]?.decision).toMatchObject({ rule: 'timeout' });
    const late = simulated({
      job: { deadlineSeconds: 1, retry: { '503': { minTimeoutInMs: 5_000 } } },
      outcomes: [503],
    });
    expect(late.error?.code).toBe('deadline_exceeded');
    expect(simulated({ outcomes: Array.from({ length: 4 }, () => ({ failure: 'interrupted' })) }).error?.code).toBe(
      'worker_lost',
    );
  });

  it.each([
    [{ outcomes: [] }, 'outcomes'],
    [{ outcomes: Array.from({ length: 201 }, () => 503) }, 'outcomes'],
    [{ outcomes: [99] }, 'outcomes.0'],
    [{ outcomes: [503, { failure: 'bored' }] }, 'outcomes.1'],
    [{ outcomes: [{ status: 200, body: 'a', json: 1 }] }, 'outcomes.0'],
    [{ outcomes: [503], startAt: 'noon' }, 'startAt'],
    [{ outcomes: [503], job: 'openai' }, 'job'],
    [{ outcomes: [503], job: { retry: 'fast' } }, 'job.retry'],
    [{ outcomes: [503], job: { retry: { '5xx': { limit: -1 } } } }, 'job.retry.5xx.limit'],
    [{ outcomes: [503], tries: 3 }, 'tries'],
  ])('%j is refused by name', (input, field) => {
    const refusal = refusalOf(input);
    expect(refusal.field).toBe(field);
    expect(refusal.message).toContain(field.split('.').at(-1));
  });
});
