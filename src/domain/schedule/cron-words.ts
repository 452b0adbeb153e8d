import { numberOf, readCron } from './cron-text.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Returns a cron expression in words, such as "At 09:00, from Monday to Friday". An unreadable one is returned as it is. */
export function cronWords(cron: string): string {
  const read = readCron(cron);
  if (!read.ok) return cron;
  const [minute, hour, ...days] = read.fields;
  const words = [timeWords(minute, hour), ...dayWords(days)].join(', ');
  return (words[0]?.toUpperCase() ?? '') + words.slice(1);
}

const isAny = (text: string) => text === '*' || text === '?';
const isNumber = (text: string) => /^\d+$/.test(text);
const isNumbers = (text: string) => /^\d+(?:,\d+)*$/.test(text);
const two = (text: string) => text.padStart(2, '0');

function timeWords(minute: string, hour: string): string {
  if (isNumber(minute) && isNumbers(hour) && hour.split(',').length <= 6)
    return `at ${listed(hour.split(',').map((one) => `${two(one)}:${two(minute)}`))}`;
  const minutes = minuteWords(minute);
  if (isAny(hour)) return minutes;
  if (isNumber(hour)) return `${minutes}, from ${two(hour)}:00 to ${two(hour)}:59`;
  const [from, to] = /^(\d+)-(\d+)$/.exec(hour)?.slice(1) ?? [];
  if (from !== undefined && to !== undefined) return `${minutes}, from ${two(from)}:00 to ${two(to)}:59`;
  const step = stepOf(hour);
  const at = minute === '0' ? 'on the hour' : minutes;
  return step === null ? `${at}, in hour ${hour}` : `${at}, every ${step} hours`;
}

function minuteWords(minute: string): string {
  if (isAny(minute) || stepOf(minute) === '1') return 'every minute';
  const step = stepOf(minute);
  if (step !== null) return `every ${step} minutes`;
  if (minute === '0') return 'every hour';
  return `at minute ${isNumbers(minute) ? listed(minute.split(',')) : minute} of every hour`;
}

/** Returns the step of a field that is only a step over everything; null for any other. */
function stepOf(text: string): string | null {
  return /^(?:[*?]|0)\/(\d+)$/.exec(text)?.[1] ?? null;
}

function dayWords([day = '*', month = '*', weekday = '*']: string[]): string[] {
  const named: string[] = [];
  const onDays = isAny(day) ? null : monthDays(day);
  const onWeekdays = isAny(weekday) ? null : weekdayWords(weekday);
  // With both, cron runs on the days of either.
  if (onDays !== null && onWeekdays !== null) named.push(`${onDays} or ${onWeekdays}`);
  else if (onDays !== null) named.push(onDays);
  else if (onWeekdays !== null) named.push(onWeekdays);
  if (!isAny(month)) named.push(`in ${spans(month, 3, (number) => months[number - 1])}`);
  return named;
}

function monthDays(day: string): string {
  if (day === 'L') return 'on the last day of the month';
  const step = stepOf(day);
  return step === null ? `on day ${spans(day, 2, String)} of the month` : `every ${step} days from day 1 of the month`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

function weekdayWords(weekday: string): string {
  const name = (number: number) => weekdays[number % 7];
  const [, of, nth] = /^(\d)#(\d)$/.exec(weekday) ?? [];
  if (nth !== undefined) return `on the ${ordinals[Number(nth) - 1]} ${name(Number(of))} of the month`;
  const last = /^(\d)L$/.exec(weekday)?.[1];
  if (last !== undefined) return `on the last ${name(Number(last))} of the month`;
  const words = spans(weekday, 4, name);
  return words.startsWith('from ') ? words : `on ${words}`;
}

/** Returns the entries of a field in words: "from Monday to Friday", "1, 15 and 20". */
function spans(text: string, index: number, name: (number: number) => string | undefined): string {
  const word = (part: string) => name(numberOf(part, index)) ?? part;
  const entries = text.split(',').map((entry) => {
    const [range = '', step] = entry.split('/');
    const [from = '', to] = range.split('-');
    const span = isAny(range) ? '' : to === undefined ? word(from) : `${word(from)} to ${word(to)}`;
    return step === undefined ? span : `every ${step} of ${span === '' ? 'all' : span}`;
  });
  return entries.length === 1 && /^[^/]+-[^/]+$/.test(text) ? `from ${entries[0]}` : listed(entries);
}

function listed(entries: string[]): string {
  return entries.length < 2 ? (entries[0] ?? '') : `${entries.slice(0, -1).join(', ')} and ${entries.at(-1)}`;
}
