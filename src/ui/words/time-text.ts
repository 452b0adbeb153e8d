export { ageText, leftText, tookText } from '#src/domain/text/duration-text.ts';

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fractionalSecond' | 'zone', string>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the date and the time of day in a zone, in parts. Making a format is slow, so each zone keeps its own. */
function partsIn(zone: string, iso: string): Parts {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
      ...{ fractionalSecondDigits: 3, hourCycle: 'h23', timeZoneName: 'shortOffset', timeZone: zone },
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  return { ...(parts as Parts), zone: zone === 'UTC' ? 'UTC' : (parts.timeZoneName ?? zone) };
}

/** Returns the exact time: `2026-11-20 14:02:38.900 UTC`. */
export function exactText(iso: string, zone: string): string {
  const { fractionalSecond, zone: word } = partsIn(zone, iso);
  return `${dayText(iso, zone)} ${timeText(iso, zone)}.${fractionalSecond} ${word}`;
}

/** Returns the time of day: `14:02:38`. The date is in front of it on another day than `nowMs`. */
export function clockText(iso: string, nowMs: number, zone: string): string {
  const isToday = dayText(iso, zone) === dayText(new Date(nowMs).toISOString(), zone);
  return isToday ? timeText(iso, zone) : `${dateText(iso, zone)} ${timeText(iso, zone)}`;
}

/** Returns the time of day for a narrow column: `14:02:38`; on another day than `nowMs` the date and `14:02`. */
export function shortClockText(iso: string, nowMs: number, zone: string): string {
  const isToday = dayText(iso, zone) === dayText(new Date(nowMs).toISOString(), zone);
  return isToday ? timeText(iso, zone) : dateTimeText(iso, zone);
}

/** Returns the date: `20 Nov`. */
export function dateText(iso: string, zone: string): string {
  const { day, month } = partsIn(zone, iso);
  return `${Number(day)} ${months[Number(month) - 1]}`;
}

/** Returns the date and the time: `20 Nov 02:00`. */
export function dateTimeText(iso: string, zone: string): string {
  return `${dateText(iso, zone)} ${minuteText(iso, zone)}`;
}

/** Returns the time of day to the minute: `02:00`. */
export function minuteText(iso: string, zone: string): string {
  const { hour, minute } = partsIn(zone, iso);
  return `${hour}:${minute}`;
}

/** Returns the time of day to the second: `14:02:38`. */
export function timeText(iso: string, zone: string): string {
  return `${minuteText(iso, zone)}:${partsIn(zone, iso).second}`;
}

/** Returns the day, to compare it: `2026-11-20`. */
export function dayText(iso: string, zone: string): string {
  const { year, month, day } = partsIn(zone, iso);
  return `${year}-${month}-${day}`;
}

/** Returns the word for a zone at a time: `UTC`, `GMT+1`, `GMT-5`. Servers and browsers know different names of zones. */
export function zoneText(iso: string, zone: string): string {
  return partsIn(zone, iso).zone;
}

/** Returns how far a zone's clock is ahead of UTC, in milliseconds. */
export function zoneAheadMs(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const iso = new Date(ms).toISOString();
  return Date.parse(`${dayText(iso, zone)}T${timeText(iso, zone)}Z`) - Math.floor(ms / 1_000) * 1_000;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
