import { describe, expect, it } from 'vitest';
import {
  ageText,
  clockText,
  exactText,
  leftText,
  shortClockText,
  tookText,
  zoneAheadMs,
  zoneText,
} from '#src/ui/words/time-text.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('times in words', () => {
  it.each([
    [0, '0 ms'],
    [684, '684 ms'],
    [8_420, '8.42 s'],
    [44_900, '44.9 s'],
    [128_000, '2 min 8 s'],
    [3 * hour + 12 * minute, '3 h 12 min'],
  ])('%d ms took %s', (ms, words) => {
    expect(tookText(ms)).toBe(words);
  });

  it.each([
    [-5, '0 s'],
    [3_100, '4 s'],
    [59_999, '1 min 0 s'],
    [9 * minute + 22_000, '9 min 22 s'],
    [41 * minute, '41 min'],
    [hour + 58 * minute, '1 h 58 min'],
    [23 * hour + 59 * minute, '23 h'],
    [12 * 24 * hour, '12 days'],
  ])('%d ms to come are %s', (ms, words) => {
    expect(leftText(ms)).toBe(words);
  });

  it.each([
    [-900, '0 s'],
    [14_900, '14 s'],
    [19 * minute, '19 min'],
    [47 * hour, '47 h'],
    [49 * hour, '2 days'],
  ])('%d ms ago are %s', (ms, words) => {
    expect(ageText(ms)).toBe(words);
  });

  it('gives the date only on another day', () => {
    const now = Date.parse('2026-11-20T23:00:00Z');
    expect(clockText('2026-11-20T14:02:38.900Z', now, 'UTC')).toBe('14:02:38');
    expect(clockText('2026-11-21T14:02:38.900Z', now, 'UTC')).toBe('21 Nov 14:02:38');
    expect(shortClockText('2026-11-21T14:02:38.900Z', now, 'UTC')).toBe('21 Nov 14:02');
  });

  it('means the day of the zone, not that of UTC', () => {
    const now = Date.parse('2026-11-20T23:30:00Z');
    expect(clockText('2026-11-20T23:10:00Z', now, 'Europe/Berlin')).toBe('00:10:00');
    expect(clockText('2026-11-20T22:50:00Z', now, 'Europe/Berlin')).toBe('20 Nov 23:50:00');
  });

  it.each([
    ['UTC', '2026-11-20 14:02:38.900 UTC'],
    ['Europe/Berlin', '2026-11-20 15:02:38.900 GMT+1'],
    ['Asia/Kolkata', '2026-11-20 19:32:38.900 GMT+5:30'],
    ['America/New_York', '2026-11-20 09:02:38.900 GMT-5'],
  ])('is exact to the millisecond in %s, and names the zone', (zone, text) => {
    expect(exactText('2026-11-20T14:02:38.900Z', zone)).toBe(text);
  });

  it('knows summer time', () => {
    expect(zoneText('2026-07-01T00:00:00Z', 'Europe/Berlin')).toBe('GMT+2');
    expect(zoneAheadMs(Date.parse('2026-07-01T00:00:00.123Z'), 'Europe/Berlin')).toBe(2 * hour);
    expect(zoneAheadMs(Date.parse('2026-11-20T00:00:00.123Z'), 'America/New_York')).toBe(-5 * hour);
  });
});
