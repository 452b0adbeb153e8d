'use client';

import { useNow } from '#src/ui/data/server-clock.ts';
import { clockText, dateTimeText, exactText, zoneText } from '#src/ui/words/time-text.ts';
import { Moment } from './moment.tsx';
import { useTimes } from './times.tsx';

/** Shows a time to the millisecond: `2026-11-20 14:02:38.900 UTC`. */
export function Exact({ at }: { at: string }) {
  return <Moment at={at}>{exactText(at, useTimes().zone)}</Moment>;
}

/** Shows the time of day, with the date on another day: `14:02:38`. */
export function TimeOfDay({ at }: { at: string }) {
  return <Moment at={at}>{clockText(at, useNow(1_000), useTimes().zone)}</Moment>;
}

/** Shows the date and the time: `20 Nov 02:00 UTC`. */
export function DateAndTime({ at }: { at: string }) {
  const { zone } = useTimes();
  return <Moment at={at}>{`${dateTimeText(at, zone)} ${zoneText(at, zone)}`}</Moment>;
}

/** Says in which zone a time is: `UTC`. */
export function ZoneWord({ at }: { at: string }) {
  return zoneText(at, useTimes().zone);
}
