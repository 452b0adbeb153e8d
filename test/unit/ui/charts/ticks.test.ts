import { describe, expect, test } from 'vitest';
import { axisDuration, durationTicks } from '#src/ui/charts/ticks.ts';

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
