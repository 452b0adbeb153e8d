import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStarts, type FlowState, mayStart, nextByRate } from '#src/domain/flow/flow-clock.ts';

const idle: FlowState = { concurrency: null, underWay: 0, rate: null, isPaused: false, nextStartAtMs: null };

describe('a flow', () => {
  it('without limits lets everything start', () => expect(mayStart(idle, 0, 7)).toBe(7));

  it('that is paused lets nothing start', () => expect(mayStart({ ...idle, isPaused: true }, 0, 7)).toBe(0));

  it('lets as many start as its concurrency leaves', () => {
    expect(mayStart({ ...idle, concurrency: 5, underWay: 3 }, 0, 7)).toBe(2);
    expect(mayStart({ ...idle, concurrency: 5, underWay: 8 }, 0, 7)).toBe(0);
  });
});

describe('a rate', () => {
  it('of one a period lets the second start after the period', () => {
    const flow = { ...idle, rate: { limit: 1, periodMs: 1_000 } };
    expect(mayStart(flow, 0, 9)).toBe(1);
    const after = { ...flow, nextStartAtMs: afterStarts(flow, 0, 1) };
    expect(mayStart(after, 1_000, 9)).toBe(0);
    expect(mayStart(after, nextByRate(after, 500), 9)).toBe(1);
  });

  it('never lets more start than its limit within any period, and nine tenths of it are used', () => {
    const looks = fc.array(fc.record({ afterMs: fc.double({ min: 0, max: 700, noNaN: true }), most: fc.nat(60) }), {
      minLength: 1,
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 50, max: 5_000 }),
        looks,
        (limit, periodMs, all) => {
          let flow: FlowState = { ...idle, rate: { limit, periodMs } };
          let now = 0;
          const starts: number[] = [];
          for (const { afterMs, most } of all) {
            now += afterMs;
            const count = mayStart(flow, now, most);
            starts.push(...Array.from({ length: count }, () => now));
            flow = { ...flow, nextStartAtMs: afterStarts(flow, now, count) };
          }
          for (const [index, at] of starts.entries()) {
            const within = starts.slice(index).filter((other) => other < at + periodMs);
            expect(within.length).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });

  it('lets the flow go on at the time that it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 60_000 }), (limit, periodMs) => {
        let flow: FlowState = { ...idle, rate: { limit, periodMs } };
        for (let step = 0, now = 1_000; step < 20; step++) {
          now = nextByRate(flow, now) + 0.001;
          const count = mayStart(flow, now, 1_000);
          expect(count).toBeGreaterThanOrEqual(1);
          flow = { ...flow, nextStartAtMs: afterStarts(flow, now, count) };
        }
      }),
    );
  });
});
