import { describe, expect, test } from 'vitest';
import { nextTimes } from '#src/engine/schedule/cron-times.ts';

const times = (cron: string, timezone: string, after: string, count = 3) =>
  nextTimes({ cron, timezone }, Date.parse(after), count).map((ms) => new Date(ms).toISOString().slice(0, 16));

test('times are those of the time zone', () => {
  expect(times('0 9 * * MON-FRI', 'Asia/Kathmandu', '2026-11-20T00:00:00Z')).toEqual([
    '2026-11-20T03:15',
    '2026-11-23T03:15',
    '2026-11-24T03:15',
  ]);
});

test('a time is after the given one, never equal to it', () => {
  expect(times('*/15 * * * *', 'UTC', '2026-11-20T00:15:00Z', 1)).toEqual(['2026-11-20T00:30']);
  expect(times('*/15 * * * *', 'UTC', '2026-11-20T00:14:59.999Z', 1)).toEqual(['2026-11-20T00:15']);
});

test.each([
  ['the last day of the month', '0 0 L * *', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
  ['the last Friday', '0 0 * * 5L', ['2026-11-27T00:00', '2026-12-25T00:00', '2027-01-29T00:00']],
  ['the second Monday', '0 0 * * 1#2', ['2026-12-14T00:00', '2027-01-11T00:00', '2027-02-08T00:00']],
  ['the 29th of February', '0 0 29 2 *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ['the 1st, and Mondays', '0 0 1 * MON', ['2026-11-23T00:00', '2026-11-30T00:00', '2026-12-01T00:00']],
  ['an alias', '@yearly', ['2027-01-01T00:00', '2028-01-01T00:00', '2029-01-01T00:00']],
])('%s', (_, cron, expected) => {
  expect(times(cron, 'UTC', '2026-11-20T12:00:00Z')).toEqual(expected);
});

test('a day that never comes is refused', () => {
  expect(() => times('0 0 30 2 *', 'UTC', '2026-11-20T12:00:00Z')).toThrow(/`cron` names no time/);
});

describe('where clocks go forward', () => {
  // New York, 8 March 2026: 02:00 EST (07:00 UTC) becomes 03:00 EDT.
  test('a time that does not exist comes an hour later that day', () => {
    const expected = ['2026-03-07T07:30', '2026-03-08T07:30', '2026-03-09T06:30'];
    expect(times('30 2 * * *', 'America/New_York', '2026-03-06T12:00:00Z')).toEqual(expected);
  });

  test.each(['07:00', '07:15', '07:29'])('also when it is asked for at %s', (time) => {
    expect(times('30 2 * * *', 'America/New_York', `2026-03-08T${time}:00Z`, 1)).toEqual(['2026-03-08T07:30']);
  });

  test('it is not made twice', () => {
    expect(times('30 2 * * *', 'America/New_York', '2026-03-08T07:30:00Z', 1)).toEqual(['2026-03-09T06:30']);
  });

  test('a midnight that does not exist is one o’clock', () => {
    const expected = ['2026-09-05T04:00', '2026-09-06T04:00', '2026-09-07T03:00'];
    expect(times('0 0 * * *', 'America/Santiago', '2026-09-04T12:00:00Z')).toEqual(expected);
  });

  test('every half hour stays every half hour', () => {
    const expected = ['2026-03-08T06:30', '2026-03-08T07:00', '2026-03-08T07:30'];
    expect(times('*/30 * * * *', 'America/New_York', '2026-03-08T06:00:00Z')).toEqual(expected);
  });
});

describe('where clocks go back', () => {
  // New York, 1 November 2026: 02:00 EDT (06:00 UTC) becomes 01:00 EST.
  test('a time that comes twice counts once, the first time', () => {
    const expected = ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30'];
    expect(times('30 1 * * *', 'America/New_York', '2026-10-30T12:00:00Z')).toEqual(expected);
  });

  test.each(['05:30', '05:59', '06:00', '06:10', '06:29', '06:30', '08:59', '09:00'])(
    'also when it is asked for at %s',
    (time) => {
      expect(times('30 1 * * *', 'America/New_York', `2026-11-01T${time}:00Z`, 1)).toEqual(['2026-11-02T06:30']);
    },
  );

  test('every half hour stays every half hour', () => {
    const expected = ['2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30', '2026-11-01T07:00'];
    expect(times('*/30 * * * *', 'America/New_York', '2026-11-01T05:00:00Z', 4)).toEqual(expected);
    expect(times('*/30 * * * *', 'America/New_York', '2026-11-01T06:10:00Z', 1)).toEqual(['2026-11-01T06:30']);
  });

  test('a change by half an hour is one too', () => {
    const expected = ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15'];
    expect(times('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T12:00:00Z')).toEqual(expected);
  });
});
