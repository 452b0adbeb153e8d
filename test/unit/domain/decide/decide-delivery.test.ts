import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideDelivery } from '#src/domain/decide/decide-delivery.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { broken, response, timedOut, timings } from './outcomes.ts';

const now = Date.UTC(2026, 10, 20, 12);

function decided(
  outcome: Outcome,
  attempts = 1,
  random = 0,
  scheduleSeconds: readonly number[] = deliveryLimits.scheduleSeconds,
) {
  return decideDelivery({ scheduleSeconds, history: { attempts }, outcome, nowMs: now, random });
}

describe('deciding about a delivery', () => {
  it.each([200, 201, 204, 299])('is delivered at %i', (status) => {
    expect(decided(response(status)).then).toBe('complete');
  });

  it.each([100, 199, 300, 302, 304, 400, 401, 404, 409, 429, 500, 503, 600])('tries again after %i', (status) => {
    expect(decided(response(status))).toMatchObject({ then: 'retry', delayMs: 5_000, retry: { count: 1, limit: 9 } });
  });

  it.each([
    [400, '400'],
    [422, '4xx'],
    [503, '500-599'],
    [302, '301,302'],
    [418, 'any'],
  ])('gives up after %i when told to by %s', (status, pattern) => {
    const decide = (answered: number) =>
      decideDelivery({
        ...{ scheduleSeconds: [5, 5], giveUpOn: ['499', pattern], history: { attempts: 1 }, nowMs: now, random: 0 },
        outcome: response(answered, { 'retry-after': '60' }),
      });
    expect(decide(status)).toMatchObject({
      ...{
        then: 'fail',
        rule: pattern,
        why: `The receiver answered ${status}, after which it is not to be tried again.`,
      },
      error: { code: 'bad_status', retryable: false },
    });
    expect(decide(200).then).toBe('complete');
    expect(decide(410)).toMatchObject({ then: 'fail', rule: '410' });
    if (pattern !== 'any') expect(decide(429).then).toBe(pattern === '4xx' ? 'fail' : 'retry');
  });

  it('ends at 410, at a blocked target and at a request that cannot be sent', () => {
    const error = { code: 'bad_status', retryable: false };
    expect(decided(response(410))).toMatchObject({ then: 'fail', rule: '410', error });
    expect(decided({ kind: 'blocked', message: 'no', timings })).toMatchObject({
      then: 'fail',
      error: { code: 'blocked_target' },
    });
    expect(decided({ kind: 'invalid_request', message: 'no', timings }).then).toBe('fail');
  });

  it('waits for a secret to sign with as long as the schedule lasts', () => {
    const unsigned = { kind: 'invalid_request', message: 'no secret', timings, lacks: 'signing_secret' } as const;
    expect(decided(unsigned)).toMatchObject({
      then: 'retry',
      delayMs: 5_000,
      why: expect.stringContaining('no secret'),
    });
    const error = { code: 'invalid_request', retryable: true };
    expect(decided(unsigned, 10)).toMatchObject({ then: 'fail', rule: 'schedule', error });
  });

  it('goes through the whole schedule, then fails', () => {
    const delays = deliveryLimits.scheduleSeconds.map((_, index) => {
      const decision = decided(index % 2 === 0 ? response(500) : broken('connection_refused', false), index + 1);
      return decision.then === 'retry' ? decision.delayMs / 1_000 : decision.then;
    });
    expect(delays).toEqual([5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200, 86_400]);
    expect(decided(response(500), 10)).toMatchObject({ then: 'fail', error: { code: 'bad_status', retryable: true } });
    expect(decided(response(500), 1, 0, []).then).toBe('fail');
  });

  it('gives a receiver that did not answer in time a minute at least: it may still be at work', () => {
    expect(decided(timedOut(true))).toMatchObject({ then: 'retry', delayMs: 60_000 });
    expect(decided(timedOut(true), 4)).toMatchObject({ then: 'retry', delayMs: 900_000 });
    expect(decided(timedOut(false))).toMatchObject({ then: 'retry', delayMs: 5_000 });
  });

  it.each([
    ['60', 60_000],
    ['3', 5_000],
    ['99999999', 86_400_000],
    ['Fri, 20 Nov 2026 12:01:00 GMT', 60_000],
    ['-1', 5_000],
    ['abc', 5_000],
    ['7.5', 7_500],
    ['1m30s', 90_000],
    ['2026-11-20T12:01:00Z', 60_000],
    ['60, 120, 90', 120_000],
    ['Fri, 20 Nov 2026 12:01:00 GMT, 120', 120_000],
    ['2000000m', 86_400_000],
  ])('waits as long as Retry-After "%s" and the schedule ask', (value, delayMs) => {
    for (const status of [302, 429, 503]) {
      expect(decided(response(status, { 'retry-after': value }))).toMatchObject({ then: 'retry', delayMs });
    }
  });

  it('reads Retry-After in several lines, in milliseconds, and by the Date of its sender', () => {
    const lines = (...list: [string, string][]) => decided(response(503, list));
    const several = lines(['retry-after', '60'], ['retry-after', '120']);
    expect(several).toMatchObject({
      delayMs: 120_000,
      inputs: { retryAfter: '60, 120', usedHeaders: ['retry-after'] },
    });
    expect(several.why).toContain('follows in 120 s, as retry-after asks.');
    const precise = lines(['retry-after', '7'], ['retry-after-ms', '6500']);
    expect(precise).toMatchObject({
      delayMs: 6_500,
      inputs: { retryAfter: '6500 ms', usedHeaders: ['retry-after-ms'] },
    });
    expect(precise.why).toContain('as retry-after-ms asks');
    const ahead = lines(['date', 'Fri, 20 Nov 2026 13:00:00 GMT'], ['retry-after', 'Fri, 20 Nov 2026 13:01:00 GMT']);
    expect(ahead).toMatchObject({ delayMs: 60_000, inputs: { usedHeaders: ['retry-after', 'date'] } });
  });

  it('is never earlier than the schedule, nor a fifth later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, random) => {
          const decision = decided(response(500), attempts, random);
          const scheduled = (deliveryLimits.scheduleSeconds[attempts - 1] ?? 0) * 1_000;
          if (decision.then !== 'retry') throw new Error(decision.why);
          expect(decision.delayMs).toBeGreaterThanOrEqual(scheduled);
          expect(decision.delayMs).toBeLessThanOrEqual(scheduled * 1.2 + 1);
        },
      ),
    );
  });

  it('ends with the third lost worker, never with a stop in order', () => {
    const afterLost = (by: 'worker_lost' | 'shutdown', lost: number) =>
      decideDelivery({
        ...{ scheduleSeconds: deliveryLimits.scheduleSeconds, history: { attempts: 0 }, nowMs: now, random: 0, lost },
        outcome: { kind: 'interrupted', by },
      });
    expect([1, 2, 3].map((lost) => afterLost('worker_lost', lost).then)).toEqual(['retry', 'retry', 'fail']);
    expect(afterLost('worker_lost', 3)).toMatchObject({ error: { code: 'worker_lost', retryable: true } });
    expect(afterLost('shutdown', 5)).toMatchObject({ then: 'retry', delayMs: 0, countAs: null });
  });

  it('uses nothing up when it was interrupted', () => {
    const decision = decided({ kind: 'interrupted', by: 'worker_lost' }, 10);
    expect(decision).toMatchObject({ then: 'retry', delayMs: 0, countAs: null });
  });
});
