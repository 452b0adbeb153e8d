'use client';

import type { PointerEvent } from 'react';
import { serverNow } from '#src/ui/data/server-clock.ts';
import { ageText, exactText, leftText } from '#src/ui/words/time-text.ts';
import { browserZone, useTimes } from './times.tsx';

type Props = {
  at: string;
  /** One more time zone in which the tooltip has the time. */
  also?: string | undefined;
  children: string;
};

/** Shows a time in any words. Its tooltip has the other forms: in UTC, in the browser's zone, and how far away it is. */
export function Moment({ at, also, children }: Props) {
  const { zone } = useTimes();
  // All forms are written when the pointer comes: before, nobody needs them, and the age would be old.
  const tellAll = (event: PointerEvent<HTMLTimeElement>) => {
    event.currentTarget.title = formsOf(at, serverNow(), [also]).join('\n');
  };
  return (
    <time dateTime={at} title={exactText(at, zone)} onPointerEnter={tellAll}>
      {children}
    </time>
  );
}

function formsOf(at: string, nowMs: number, more: (string | undefined)[]): string[] {
  const ms = Date.parse(at) - nowMs;
  const zones = new Set(['UTC', browserZone(), ...more.filter((zone) => zone !== undefined)]);
  return [...[...zones].map((zone) => exactText(at, zone)), ms > 0 ? `in ${leftText(ms)}` : `${ageText(-ms)} ago`];
}
