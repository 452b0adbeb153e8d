import { describe, expect, it, test } from 'vitest';
import { axisDuration, durationTicks, stepText, tickTimes } from '#src/ui/charts/ticks.ts';

describe('the ticks of an axis of durations', () => {
  test.each([
    [48_300, ['0 ms', '20 s', '40 s', '60 s']],
    [198_000, ['0 ms', '2 min', '4 min']],
    [1_000, ['0 ms', '500 ms', '1 s']],
    [1, ['0 ms', '1 ms']],
    [40 * 3_600_000, ['0 ms', '24 h', '48 h']],
  ])('up to %i ms stand at round values', (longest, words) => {
    expect(durationTicks(longest).map(axisDuration)).toEqual(words);
  });

  test('reach the longest, and are never more than four', () => {
    for (let ms = 1; ms < 10 ** 9; ms = Math.ceil(ms * 1.37)) {
      const ticks = durationTicks(ms);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(ms);
      expect(ticks.length).toBeLessThanOrEqual(4);
    }
  });
});

describe('the labels of an axis of time', () => {
  const hour = 3_600_000;
  const from = Date.parse('2026-11-20T10:30:00Z');
  const points = Array.from({ length: 48 }, (_, index) => ({ at: new Date(from + index * (hour / 2)).toISOString() }));

  it('stand at whole hours of the zone, one that is half an hour off too', () => {
    expect(tickTimes(points, 1_800, 'UTC')[0]).toBe('2026-11-20T12:00:00.000Z');
    expect(tickTimes(points, 1_800, 'Asia/Kolkata')[0]).toBe('2026-11-20T10:30:00.000Z');
  });

  it('name both days of a step over midnight of the zone', () => {
    expect(stepText('2026-11-20T22:00:00.000Z', 7_200, 'UTC')).toBe('20 Nov 22:00 – 21 Nov 00:00 UTC');
    expect(stepText('2026-11-20T22:00:00.000Z', 7_200, 'Europe/Berlin')).toBe('20 Nov 23:00 – 21 Nov 01:00 GMT+1');
  });
});
