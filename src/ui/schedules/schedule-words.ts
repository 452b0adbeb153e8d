import type { ScheduleSummary } from '#src/contract/schedule/schedule.ts';

/** Returns a time in a time zone: `Mon 23 Nov, 09:00`. */
export function zonedText(iso: string, timezone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZone: timezone,
  });
  const parts = Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.day} ${parts.month}, ${parts.hour}:${parts.minute}`;
}

/** Returns the address of the list of a schedule's jobs. */
export function scheduleJobsUrl({ label }: Pick<ScheduleSummary, 'label'>): string {
  return `/jobs?${new URLSearchParams({ label })}`;
}
