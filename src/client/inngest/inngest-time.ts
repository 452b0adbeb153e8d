import { notOffered } from '#src/client/event/not-offered.ts';

/** The units by the texts that name them, in seconds. */
const units: readonly (readonly [name: RegExp, seconds: number])[] = [
  [/^(ms|msecs?|milliseconds?)$/i, 0.001],
  [/^(s|secs?|seconds?)$/i, 1],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3_600],
  [/^(d|days?)$/i, 86_400],
  [/^(w|weeks?)$/i, 604_800],
];

/** Returns seconds for a time of Inngest: milliseconds, or text such as `"30s"`, `"2 hours"`, `"1d 12h"`. */
export function toSeconds(time: number | string): number {
  if (typeof time === 'number') return time / 1_000;
  const parts = [...time.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  const read = parts.map(([, amount, word = '']) => Number(amount) * secondsOf(word));
  const seconds = read.reduce((sum, one) => sum + one, 0);
  const rest = time.replaceAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi, '').trim();
  if (parts.length > 0 && rest === '' && !Number.isNaN(seconds)) return seconds;
  return notOffered(`The time "${time}"`, 'give milliseconds, or text such as "30s", "2 hours", "1d 12h".');
}

/** Returns the seconds until a time, at least 0. */
export function secondsUntil(time: Date | string): number {
  const at = new Date(time).getTime();
  if (Number.isNaN(at)) notOffered(`The time "${String(time)}"`, 'give a Date, or text in the form of ISO 8601.');
  return Math.max(0, at - Date.now()) / 1_000;
}

function secondsOf(unit: string): number {
  return units.find(([name]) => name.test(unit))?.[1] ?? Number.NaN;
}
