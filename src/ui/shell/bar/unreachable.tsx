'use client';

import { useReach } from '#src/ui/data/reach.ts';
import { TriangleAlert } from '#src/ui/icons/icons.ts';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { timeText, zoneText } from '#src/ui/words/time-text.ts';

/** Says over the page that Ringback does not answer, how old the page is, and that nothing has to be done. */
export function Unreachable() {
  const { answers, lastAnswerMs } = useReach();
  const { zone } = useTimes();
  if (answers) return null;
  const last = lastAnswerMs === null ? null : new Date(lastAnswerMs).toISOString();
  return (
    <div
      role="alert"
      className="state-retrying fixed bottom-4 left-1/2 z-40 flex w-max max-w-[calc(100vw-32px)] -translate-x-1/2 items-center gap-2.5 rounded-card border border-state/40 bg-raised px-4 py-2.5 shadow-2 max-sm:bottom-[76px]"
    >
      <TriangleAlert size={16} aria-hidden className="flex-none text-state-text" />
      <span className="text-pretty">
        <b className="font-semibold">Ringback cannot be reached.</b>{' '}
        {last !== null && `What you see is from ${timeText(last, zone)} ${zoneText(last, zone)}. `}
        It goes on by itself once it answers, as does a page that you open.
      </span>
    </div>
  );
}
