'use client';

import { useNow } from '#src/ui/data/server-clock.ts';
import { ageText } from '#src/ui/words/time-text.ts';
import { Moment } from './moment.tsx';

/**
 * Shows how long ago something was, and counts on: `3 min`, or `3 min ago` in a sentence. The exact UTC time is its
 * tooltip.
 */
export function Ago({ at, sentence = false }: { at: string; sentence?: boolean }) {
  const age = ageText(useNow(1_000) - Date.parse(at));
  return <Moment at={at}>{sentence ? `${age} ago` : age}</Moment>;
}
