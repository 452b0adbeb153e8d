import { expect, it } from 'vitest';
import { makeRest } from '#src/engine/make-rest.ts';

const pace = { queryTimeoutMs: 10_000, longestRestMs: 300_000 };
const everyMs = 5_000;

/** The rests after runs of these lengths. */
const restsAfter = (tookMs: number[], longestMs?: number) =>
  tookMs.map(makeRest(pace, everyMs, longestMs === undefined ? {} : { longestMs }));
const times = (count: number, ms: number) => Array.from({ length: count }, () => ms);

it('a look that is quick goes at its interval for ever', () => {
  expect(new Set(restsAfter(times(10_000, 200)))).toEqual(new Set([everyMs]));
});

it('a look that is slow takes a twentieth of the time, however slow it is', () => {
  for (const tookMs of [1_000, 5_000, 15_000]) {
    const rests = restsAfter(times(200, tookMs)).slice(100);
    const restMs = rests.reduce((sum, ms) => sum + ms, 0);
    expect((100 * tookMs) / (100 * tookMs + restMs)).toBeCloseTo(0.05, 3);
  }
});

it('a look of which only every second run is slow takes no more', () => {
  const took = times(200, 0).map((_, n) => (n % 2 === 0 ? 3_000 : 100));
  const rests = restsAfter(took).slice(100);
  const sum = (all: number[]) => all.reduce((whole, ms) => whole + ms, 0);
  expect(sum(took.slice(100)) / (sum(took.slice(100)) + sum(rests))).toBeLessThan(0.0501);
});

it('one run that hung until its query failed delays no other', () => {
  expect(restsAfter([10_000, 10, 10, 10])).toEqual([everyMs, everyMs, everyMs, everyMs]);
  // Nor does another one, once the look was quick for long.
  expect(restsAfter([10_000, ...times(38, 10), 10_000]).at(-1)).toBe(everyMs);
  // But no more is kept than for one, however long the look was quick.
  expect(restsAfter([...times(1_000, 10), 10_000, 10_000]).slice(-2)).toEqual([everyMs, 185_000]);
});

it('a process that stood still for an hour rests no longer than the limit, and once', () => {
  expect(restsAfter([3_600_000, 10])).toEqual([300_000, everyMs]);
  expect(restsAfter([3_600_000, 10], 60_000)).toEqual([60_000, everyMs]);
});

it('runs of an outage delay no other, however many hang', () => {
  let isOutage = true;
  const rest = makeRest(pace, everyMs, { isOutage: () => isOutage });
  expect(times(50, 10_000).map(rest)).toEqual(times(50, everyMs));
  isOutage = false;
  expect([10_000, 10].map(rest)).toEqual([everyMs, everyMs]);
});
