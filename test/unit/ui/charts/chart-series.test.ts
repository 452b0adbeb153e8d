import { describe, expect, it } from 'vitest';
import {
  areaPath,
  type ChartSeries,
  countTicks,
  extentsOf,
  highestOf,
  linePath,
  lonePlaces,
} from '#src/ui/charts/chart-series.ts';

type Point = { a: number | null; b: number | null };
const series = (key: 'a' | 'b', stacked: boolean): ChartSeries<Point> => ({
  ...{ key, colour: 'red', kind: 'area', stacked, value: (point) => point[key] },
});
const place = { x: (index: number) => index * 10, y: (value: number) => 100 - value };

describe('series of a chart', () => {
  const points: Point[] = [
    { a: 1, b: 2 },
    { a: 3, b: null },
    { a: null, b: 4 },
  ];

  it('stand upon each other if they are stacked, and each upon the ground if not', () => {
    const [low, high] = extentsOf([series('a', true), series('b', true)], points);
    expect(low).toEqual([[0, 1], [0, 3], null]);
    expect(high).toEqual([[1, 3], null, [0, 4]]);
    expect(extentsOf([series('a', false), series('b', false)], points)[1]).toEqual([[0, 2], null, [0, 4]]);
    expect(highestOf([low ?? [], high ?? []])).toBe(4);
    expect(highestOf([[null]])).toBe(0);
  });

  it('have gaps where there is no value, and dots for steps without neighbours', () => {
    const ends = [[0, 5], null, [0, 1], [0, 2]] as const;
    expect(linePath(ends, place)).toBe('M20 99L30 98');
    expect(lonePlaces(ends)).toEqual([[0, 5]]);
    expect(areaPath([[1, 3], [2, 4], null], place)).toBe('M0 97L10 96L10 98L0 99Z');
  });
});

describe('the ticks of an axis of counts', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [7, [0, 5, 10]],
    [100, [0, 50, 100]],
    [2_310, [0, 1_000, 2_000, 3_000]],
  ])('up to %i are whole and round', (highest, ticks) => {
    expect(countTicks(highest)).toEqual(ticks);
  });
});
