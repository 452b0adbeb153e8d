import { expect, it } from 'vitest';
import { secondsUntil, toSeconds } from '#src/client/inngest/inngest-time.ts';

it('reads times as Inngest does', () => {
  const given = [1_500, '500ms', '30s', '90 seconds', '2m', '2 mins', '2 hours', '1d 12h', '1d12h', '1.5h', '2 weeks'];
  const day = 86_400;
  expect(given.map(toSeconds)).toEqual([1.5, 0.5, 30, 90, 120, 120, 7_200, 1.5 * day, 1.5 * day, 5_400, 14 * day]);
});

it('refuses what is no time', () => {
  for (const text of ['', 'soon', '5', '5 moons', '5 mins and 1s', '1y', '-1s', 'P1D']) {
    expect(() => toSeconds(text), text).toThrow(expect.objectContaining({ code: 'not_offered' }));
  }
  expect(() => secondsUntil('tomorrow')).toThrow(expect.objectContaining({ code: 'not_offered' }));
});

it('counts the seconds until a time, and none for the past', () => {
  expect(secondsUntil('2020-01-01')).toBe(0);
  const in60 = secondsUntil(new Date(Date.now() + 60_000));
  expect(in60).toBeGreaterThan(50);
  expect(in60).toBeLessThanOrEqual(60);
});
