import { expect, test } from 'vitest';
import { cronAliases, readCron } from '#src/domain/schedule/cron-text.ts';
import { cronWords } from '#src/domain/schedule/cron-words.ts';

test.each([
  '* * * * *',
  '  0   9 * *  mon-fri ',
  '*/15 0-6,22 1,15 JAN-MAR *',
  '0 0 L * ?',
  '0 0 * * 5L',
  '0 0 * * 1#2',
  '59 23 31 12 7',
  '5-59/10 * * * *',
  '@Daily',
  ...Object.keys(cronAliases),
])('%s can be read', (cron) => {
  expect(readCron(cron)).toMatchObject({ ok: true });
});

test.each([
  ['', /5 fields/],
  ['* * * *', /5 fields/],
  ['0 * * * * *', /With seconds it has 6.*once a minute/],
  ['* * * * * * *', /5 fields/],
  ['60 * * * *', /"60" as minute: give 0 to 59/],
  ['* 24 * * *', /"24" as hour: give 0 to 23/],
  ['* * 0 * *', /"0" as day of the month: give 1 to 31/],
  ['* * * 13 *', /"13" as month: give 1 to 12 or JAN to DEC/],
  ['* * * * 8', /"8" as day of the week: give 0 to 7 or SUN to SAT/],
  ['* * * * SUNDAY', /"SUNDAY" as day of the week/],
  ['* * MON * *', /"MON" as day of the month/],
  ['5-1 * * * *', /begins with its smaller end/],
  ['1-2-3 * * * *', /"1-2-3" as minute/],
  ['*/0 * * * *', /a step is a whole number from 1 to 59/],
  ['*/100 * * * *', /a step is a whole number from 1 to 59/],
  ['*/5/5 * * * *', /give one step/],
  ['H * * * *', /"H" as minute/],
  ['1,,2 * * * *', /"" as minute/],
  ['0 0 15W * *', /"15W" as day of the month/],
  ['-5 * * * *', /"-5" as minute/],
  ['@secondly', /must be one of @hourly/],
  ['@reboot', /must be one of @hourly/],
])('%s is refused by name', (cron, rule) => {
  const read = readCron(cron);
  expect(read.ok ? '' : read.rule).toMatch(rule);
});

test.each([
  ['* * * * *', 'Every minute'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['0 * * * *', 'Every hour'],
  ['5,35 * * * *', 'At minute 5 and 35 of every hour'],
  ['0 */6 * * *', 'On the hour, every 6 hours'],
  ['30 2 * * *', 'At 02:30'],
  ['0 9,18 * * *', 'At 09:00 and 18:00'],
  ['*/10 9-17 * * MON-FRI', 'Every 10 minutes, from 09:00 to 17:59, from Monday to Friday'],
  ['@weekly', 'At 00:00, on Sunday'],
  ['0 0 1,15 * *', 'At 00:00, on day 1 and 15 of the month'],
  ['0 0 L * *', 'At 00:00, on the last day of the month'],
  ['0 0 * * 5L', 'At 00:00, on the last Friday of the month'],
  ['0 0 * * 1#2', 'At 00:00, on the second Monday of the month'],
  ['0 0 1 * MON', 'At 00:00, on day 1 of the month or on Monday'],
  ['0 0 1 JAN,JUL *', 'At 00:00, on day 1 of the month, in January and July'],
  ['0 0 */2 * *', 'At 00:00, every 2 days from day 1 of the month'],
  ['no cron', 'no cron'],
])('%s is: %s', (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});
