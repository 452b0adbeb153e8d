import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statRangeMs, statRanges } from '#src/contract/stats/stat-range.ts';
import {
  addCounts,
  addHosts,
  type HostEntries,
  type HostSums,
  lasting,
  type StatCounts,
  worstHosts,
} from '#src/domain/stats/stat-counts.ts';
import { oldestStatMs, spanWindow, statSteps, statWindow, stepStart } from '#src/domain/stats/stat-steps.ts';

const sum = (...parts: StatCounts[]): StatCounts => {
  const whole: StatCounts = {};
  for (const part of parts) addCounts(whole, part);
  return whole;
};

const count = fc.nat(1_000);
const counts: fc.Arbitrary<StatCounts> = fc.record(
  {
    ...{ submitted: count, completed: count, failed: count, delivered: count, queued: count, oldestQueuedMs: count },
    duration: fc.dictionary(fc.nat(240).map(String), fc.integer({ min: 1, max: 99 })),
  },
  { requiredKeys: [] },
);

describe('counts', () => {
  it('add up to the same in any order and grouping', () => {
    fc.assert(
      fc.property(counts, counts, counts, (a, b, c) => {
        expect(sum(a, b, c)).toEqual(sum(c, sum(b, a)));
      }),
    );
  });

  it('last without the readings, which were of a moment', () => {
    const readings = { queued: 3, retrying: 1, oldestQueuedMs: 4, measuredAt: 5 };
    const events = { submitted: 2, duration: { 8: 1 } };
    expect(lasting({ ...events, ...readings })).toEqual(events);
    expect(lasting(readings)).toEqual({});
  });

  it('keep the highest of readings and the sum of events', () => {
    const parts = [
      { completed: 2, queued: 7, oldestQueuedMs: 0 },
      { completed: 3, queued: 4, failed: 1 },
    ];
    expect(sum(...parts)).toEqual({ completed: 5, failed: 1, queued: 7, oldestQueuedMs: 0 });
  });

  it('leave the parts as they were', () => {
    const part: StatCounts = { duration: { '8': 1 } };
    const whole = sum(part);
    addCounts(whole, part);
    expect(part).toEqual({ duration: { '8': 1 } });
  });
});

describe('hosts', () => {
  it('with any name are counted, the worst of them kept', () => {
    const hosts: HostSums = new Map();
    const entries: HostEntries = [
      ['__proto__', { ended: 9, failed: 3, outcomes: [['503', 3]] }],
      ['fine', { ended: 80, failed: 0, outcomes: [] }],
      ['idle', { ended: 1, failed: 0, outcomes: [] }],
      ['worst', { ended: 4, failed: 4, outcomes: [['timeout', 4]] }],
    ];
    addHosts(hosts, entries);
    addHosts(hosts, JSON.parse(JSON.stringify(entries)) as HostEntries);
    expect(worstHosts(hosts, 3)).toEqual([
      ['worst', { ended: 8, failed: 8, outcomes: [['timeout', 8]] }],
      ['__proto__', { ended: 18, failed: 6, outcomes: [['503', 6]] }],
      ['fine', { ended: 160, failed: 0, outcomes: [] }],
    ]);
  });

  it('keep their most frequent outcomes, in that order', () => {
    const hosts: HostSums = new Map();
    for (let status = 500; status < 530; status++)
      for (let n = status; n < 530; n++)
        addHosts(hosts, [['host', { ended: 1, failed: 1, outcomes: [[`${status}`, 1]] }]]);
    addHosts(hosts, [['host', { ended: 5, failed: 5, outcomes: [['502', 5]] }]]);
    const { outcomes = [], failed } = worstHosts(hosts, 1)[0]?.[1] ?? {};
    expect(failed).toBe(470);
    expect(outcomes.slice(0, 2)).toEqual([
      ['502', 33],
      ['500', 30],
    ]);
    expect(outcomes.length).toBe(8);
  });
});

describe('each range', () => {
  const steps: readonly { seconds: number; keptSeconds: number }[] = statSteps;

  it.each(statRanges)('%s has points of a length that is kept for it and the range before', (range) => {
    const { range: rangeMs, step } = statRangeMs[range];
    const kept = steps.find(({ seconds }) => seconds * 1_000 === step);
    expect((kept?.keptSeconds ?? 0) * 1_000).toBeGreaterThanOrEqual(2 * rangeMs + step);
  });

  it('ends with the step under way, and all its steps are aligned', () => {
    fc.assert(
      fc.property(fc.constantFrom(...statRanges), fc.nat(4_000_000_000_000), (range, nowMs) => {
        const { range: rangeMs, step } = statRangeMs[range];
        const window = statWindow(nowMs, rangeMs, step);
        expect(window.starts).toHaveLength(rangeMs / step);
        expect(window.starts.at(-1)).toBe(stepStart(nowMs, step / 1_000));
        expect(window.starts.every((start) => start % step === 0)).toBe(true);
        expect(window.fromMs - window.previousFromMs).toBe(rangeMs);
      }),
    );
  });

  it('is made of minutes: every longer step begins with one', () => {
    expect(steps.every(({ seconds }) => seconds % 60 === 0)).toBe(true);
  });
});

describe('a range of ones own', () => {
  const nowMs = Date.parse('2026-01-31T12:34:56.000Z');
  const hoursAgo = (hours: number) => nowMs - hours * 3_600_000;

  it.each([
    ['an hour of today', 3, 2, 60],
    ['an hour of yesterday, whose minutes are gone', 30, 29, 600],
    ['a day', 24, 0, 1_800],
    ['an hour of last week, whose ten minutes are gone', 200, 199, 1_800],
    ['a month', 31 * 24, 0, 43_200],
    ['all there is', 61 * 24, 0, 43_200],
  ])('has the finest steps that are kept and not too many: %s', (_what, from, to, seconds) => {
    const window = spanWindow(nowMs, { fromMs: hoursAgo(from), toMs: hoursAgo(to) });
    expect(window.stepMs).toBe(seconds * 1_000);
  });

  it('covers what was asked for with whole steps, and the range before it is as long', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 61 * 86_400_000 }),
        fc.integer({ min: 1, max: 86_400_000 }),
        (ago, length) => {
          const span = { fromMs: nowMs - ago, toMs: nowMs - ago + length };
          const { fromMs, stepMs, starts, toMs, previousFromMs } = spanWindow(nowMs, span);
          const endMs = fromMs + starts.length * stepMs;
          expect(fromMs).toBeLessThanOrEqual(span.fromMs);
          expect(span.fromMs - fromMs).toBeLessThan(stepMs);
          expect(endMs).toBeGreaterThanOrEqual(Math.min(span.toMs, nowMs));
          expect(toMs).toBeLessThanOrEqual(nowMs);
          expect(fromMs - previousFromMs).toBe(endMs - fromMs);
          expect(starts.length).toBeLessThanOrEqual(125);
        },
      ),
    );
  });

  it('can begin as long ago as the longest steps are kept', () => {
    expect(oldestStatMs(nowMs)).toBe(hoursAgo(62 * 24));
  });
});
