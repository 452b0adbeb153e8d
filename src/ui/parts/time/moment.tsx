'use client';

import type { MouseEvent as Click, PointerEvent } from 'react';
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
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link of the row has its keys.
    <time dateTime={at} title={exactText(at, zone)} onPointerEnter={tellAll} onClick={passOn}>
      {children}
    </time>
  );
}

/** Passes a click on a time in a table on to the link of its row, which the time lies over. */
function passOn(event: Click<HTMLTimeElement>): void {
  const time = event.currentTarget;
  if (time.closest('a, button')) return;
  const { ctrlKey, metaKey, shiftKey, detail } = event;
  const click = new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey, detail });
  time.closest('tr')?.querySelector('.row-link')?.dispatchEvent(click);
}

function formsOf(at: string, nowMs: number, more: (string | undefined)[]): string[] {
  const ms = Date.parse(at) - nowMs;
  const zones = new Set(['UTC', browserZone(), ...more.filter((zone) => zone !== undefined)]);
  return [...[...zones].map((zone) => exactText(at, zone)), ms > 0 ? `in ${leftText(ms)}` : `${ageText(-ms)} ago`];
}
