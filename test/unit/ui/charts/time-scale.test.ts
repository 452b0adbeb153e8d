import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisText, niceEnd, type Span, ticksOnPhones, timeScale } from '#src/ui/charts/time-scale.ts';

const scale = (busy: Span[], more: Partial<Parameters<typeof timeScale>[0]> = {}) =>
  timeScale({
    startMs: 0,
    endMs: Math.max(...busy.map(([, to]) => to)),
    busy,
    collapse: true,
    nowMs: null,
    ...more,
  });

const spans = fc
  .array(fc.tuple(fc.nat(100_000), fc.nat(20_000)), { minLength: 1, maxLength: 40 })
  .map((pairs) => pairs.map(([from, length]): Span => [from, from + length]));

describe('the axis of a waterfall', () => {
  it('gives idle time over two seconds 7 % and says how long it is', () => {
    const { idles, ticks, at } = scale([
      [0, 1_000],
      [32_000, 42_000],
    ]);
    expect(idles).toHaveLength(1);
    expect(idles[0]?.width).toBeCloseTo(0.07);
    expect(ticks.filter(({ kind }) => kind === 'idle').map(({ label }) => label)).toEqual(['30 s idle']);
    // A second of the first stretch is as wide as one of the second.
    expect(at(1_000) - at(0)).toBeCloseTo(at(41_000) - at(40_000));
  });

  it('keeps the true scale when asked, and when there is nothing to gain', () => {
    const busy: Span[] = [
      [0, 1_000],
      [32_000, 42_000],
    ];
    const straight = scale(busy, { collapse: false });
    expect(straight.idles).toEqual([]);
    expect(straight.hasIdle).toBe(true);
    expect(straight.at(21_000)).toBeCloseTo(0.5);
    expect(
      scale([
        [0, 60_000],
        [62_500, 120_000],
      ]).idles,
    ).toEqual([]);
    expect(scale([[0, 500]]).hasIdle).toBe(false);
  });

  it('collapses hours beside days', () => {
    const { idles } = scale([
      [0, 5_000],
      [7_200_000, 7_200_000],
      [259_200_000, 259_200_000],
    ]);
    expect(idles).toHaveLength(2);
  });

  it('never runs backwards, and begins and ends at the edges', () => {
    fc.assert(
      fc.property(spans, fc.boolean(), (busy, collapse) => {
        const startMs = Math.min(...busy.map(([from]) => from));
        const endMs = Math.max(startMs + 1, ...busy.map(([, to]) => to));
        const { at } = scale(busy, { startMs, endMs, collapse });
        expect(at(startMs)).toBeCloseTo(0);
        expect(at(endMs)).toBeCloseTo(1);
        const points = Array.from({ length: 50 }, (_, index) => at(startMs + ((endMs - startMs) * index) / 49));
        for (const [index, point] of points.entries())
          expect(point).toBeGreaterThanOrEqual((points[index - 1] ?? 0) - 1e-9);
      }),
    );
  });

  it('leaves half of itself to what happened, however many waits there are', () => {
    const busy = Array.from({ length: 1_000 }, (_, index): Span => [index * 60_000, index * 60_000 + 500]);
    const { idles, ticks } = scale(busy);
    expect(idles).toHaveLength(999);
    expect(idles.reduce((total, { width }) => total + width, 0)).toBeLessThanOrEqual(0.5001);
    expect(ticks.length).toBeLessThan(20);
  });

  it('has ticks that do not stand on one another', () => {
    fc.assert(
      fc.property(spans, (busy) => {
        const { ticks } = scale(busy);
        for (const [index, tick] of ticks.entries())
          expect(tick.left - (ticks[index - 1]?.left ?? -1)).toBeGreaterThanOrEqual(0.0549);
      }),
    );
  });

  it('names on phones no two ticks that would stand on one another', () => {
    fc.assert(
      fc.property(spans, (busy) => {
        const { ticks } = scale(busy);
        const kept = ticks.filter((tick) => ticksOnPhones(ticks).has(tick));
        expect(kept.length).toBeGreaterThanOrEqual(1);
        for (const [index, tick] of kept.entries())
          expect(tick.left - (kept[index - 1]?.left ?? -1)).toBeGreaterThanOrEqual(0.25);
      }),
    );
  });

  it('never says the same time twice, also where a second follows hours of idle time', () => {
    const hour = 3_600_000;
    const times = (busy: Span[]) =>
      scale(busy)
        .ticks.filter(({ kind }) => kind === 'time')
        .map(({ label }) => label);
    const afterHours = times([
      [0, 1_000],
      [3 * hour, 3 * hour + 1_000],
    ]);
    expect(afterHours).toContain('3 h');
    expect(new Set(afterHours).size).toBe(afterHours.length);
    fc.assert(
      fc.property(spans, (busy) => {
        const labels = times(busy);
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it('names a pause between two things, and none after the last', () => {
    const waiting = scale(
      [
        [0, 250],
        [1_200_000, 1_200_000],
      ],
      { endMs: 1_296_000, nowMs: 600, collapse: true },
    );
    const named = waiting.ticks.filter(({ kind }) => kind === 'idle').map(({ label }) => label);
    expect(named).not.toContain('96 s idle');
    const later = scale(
      [
        [0, 60_000],
        [600_000, 660_000],
      ],
      { endMs: 760_000, nowMs: 661_000, collapse: true },
    );
    expect(later.ticks.some(({ kind, label }) => kind === 'idle' && /^\d+(\.\d)? min idle$/.test(label))).toBe(true);
  });

  it('marks now', () => {
    const live = scale([[0, 10_000]], { endMs: 60_000, nowMs: 30_000, collapse: false });
    expect(live.ticks.find(({ kind }) => kind === 'now')?.left).toBeCloseTo(0.5);
  });

  it('ends a running job at a round time', () => {
    expect(niceEnd(31_200)).toBe(35_000);
    expect(niceEnd(900)).toBe(1_000);
    expect(niceEnd(61_000)).toBe(70_000);
  });

  it('has days on it as well as milliseconds', () => {
    expect([250, 4_500, 31_000, 720_000, 90 * 60_000, 3 * 86_400_000].map(axisText)).toEqual([
      ...['250 ms', '4.5 s', '31 s', '12 min', '90 min', '3 days'],
    ]);
  });
});
