import { expect, it } from 'vitest';
import { formatClock, isQuiet, minuteOfDay, readClock } from '#src/domain/alert/quiet-hours.ts';

const minute = (text: string) => readClock(text) ?? Number.NaN;
const quietAt = (time: string, from: string, to: string) =>
  isQuiet(minute(time), { from: minute(from), to: minute(to) });

it('quiet hours may go over midnight; their end is no longer quiet', () => {
  expect(['21:59', '22:00', '23:59', '00:00', '06:59', '07:00'].map((time) => quietAt(time, '22:00', '07:00'))).toEqual(
    [...[false, true, true, true, true, false]],
  );
  expect(['11:59', '12:00', '12:59', '13:00'].map((time) => quietAt(time, '12:00', '13:00'))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it('the time of the day is that of the time zone, summer time included', () => {
  const clockAt = (iso: string, zone: string) => formatClock(minuteOfDay(Date.parse(iso), zone));
  expect(clockAt('2026-01-10T23:30:00Z', 'Europe/Berlin')).toBe('00:30');
  expect(clockAt('2026-07-10T23:30:00Z', 'Europe/Berlin')).toBe('01:30');
  expect(clockAt('2026-07-10T23:30:00Z', 'Asia/Kathmandu')).toBe('05:15');
});

it('only times of a day are read', () => {
  expect(['00:00', '23:59'].map(readClock)).toEqual([0, 1_439]);
  expect(['24:00', '7:00', '12:60', '', 'noon'].map(readClock)).toEqual([null, null, null, null, null]);
});
