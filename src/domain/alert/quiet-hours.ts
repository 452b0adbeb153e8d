/** Quiet hours as minutes of the day. `to` before `from` means the next day. */
export type QuietHours = { from: number; to: number };

/** Returns true if a minute of the day is in the quiet hours. */
export function isQuiet(minute: number, { from, to }: QuietHours): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Returns the minute of the day at an instant, in a time zone. */
export function minuteOfDay(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  const read = (type: string) => Number(parts.formatToParts(nowMs).find((part) => part.type === type)?.value ?? 0);
  return read('hour') * 60 + read('minute');
}

/** Returns the minute of the day that a text such as `22:30` names; null if it names none. */
export function readClock(text: string): number | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute);
}

/** Returns a minute of the day as text: `22:30`. */
export function formatClock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
