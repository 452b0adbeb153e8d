import { expect, it } from 'vitest';
import { readTimes, timesText, usualTimes } from '#src/ui/words/shown-times.ts';

it.each([
  { ages: true, zone: 'UTC' },
  { ages: false, zone: 'Europe/Berlin' },
  { ages: true, zone: 'America/Argentina/Buenos_Aires' },
])('reads from the cookie what was written into it: %o', (times) => {
  expect(readTimes(timesText(times))).toEqual(times);
  expect(timesText(times)).toMatch(/^[\w%~.-]+$/);
});

it.each([undefined, '', '%', 'age', 'age~Nowhere/Atlantis', '<script>~UTC'])('takes %o for the usual times', (text) => {
  expect(readTimes(text)).toEqual(usualTimes);
});
