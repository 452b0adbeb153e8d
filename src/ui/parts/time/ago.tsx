'use client';

import { useNow } from '#src/ui/data/server-clock.ts';
import { ageText, leftText, shortClockText } from '#src/ui/words/time-text.ts';
import { Moment } from './moment.tsx';
import { useTimes } from './times.tsx';

/**
 * Shows when something was, as the browser wants it: its age, which counts on (`3 min`, or `3 min ago` in a sentence),
 * or its date and time.
 */
export function Ago({ at, sentence = false }: { at: string; sentence?: boolean }) {
  const { ages, zone } = useTimes();
  const now = useNow(1_000);
  const clock = shortClockText(at, now, zone);
  const age = ageText(now - Date.parse(at));
  return <Moment at={at}>{!ages ? clock : sentence ? `${age} ago` : age}</Moment>;
}

/** Shows how long something has lasted since a time, whatever the browser wants: `3 min`. It counts on. */
export function Lasting({ since }: { since: string }) {
  return <Moment at={since}>{ageText(useNow(1_000) - Date.parse(since))}</Moment>;
}

/** Shows a time to come, as the browser wants it: `in 4 min`, or its date and time. A time that has passed is `now`. */
export function Coming({ at, also }: { at: string; also?: string }) {
  const { ages, zone } = useTimes();
  const now = useNow(1_000);
  const leftMs = Date.parse(at) - now;
  return (
    <Moment at={at} also={also}>
      {leftMs <= 0 ? 'now' : ages ? `in ${leftText(leftMs)}` : shortClockText(at, now, zone)}
    </Moment>
  );
}

/** Head of a column with the ages of rows, or with the times at which they were made. */
export function AgeHead() {
  return useTimes().ages ? 'Age' : 'Made';
}
