export { ageText, leftText, tookText } from '#src/domain/text/duration-text.ts';

/** Returns the exact time for a tooltip: `2026-11-20 14:02:38.900 UTC`. */
export function exactText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;
}

/** Returns the time of day in UTC: `14:02:38`. The date is in front of it on another day than `nowMs`. */
export function clockText(iso: string, nowMs: number): string {
  const time = iso.slice(11, 19);
  return iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10) ? time : `${dateText(iso)} ${time}`;
}

/** Returns the date: `20 Nov`. */
export function dateText(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(iso));
}

/** Returns the date and the time in UTC: `20 Nov 02:00`. */
export function dateTimeText(iso: string): string {
  return `${dateText(iso)} ${iso.slice(11, 16)}`;
}
