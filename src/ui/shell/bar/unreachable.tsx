'use client';

import { useReach } from '#src/ui/data/reach.ts';
import { TriangleAlert } from '#src/ui/icons/icons.ts';

/** Says over the page that Ringback does not answer, how old the page is, and that nothing has to be done. */
export function Unreachable() {
  const { answers, lastAnswerMs } = useReach();
  if (answers) return null;
  return (
    <div
      role="alert"
      className="state-retrying fixed bottom-4 left-1/2 z-40 flex w-max max-w-[calc(100vw-32px)] -translate-x-1/2 items-center gap-2.5 rounded-card border border-state/40 bg-raised px-4 py-2.5 shadow-2 max-sm:bottom-[76px]"
    >
      <TriangleAlert size={16} aria-hidden className="flex-none text-state-text" />
      <span className="text-pretty">
        <b className="font-semibold">Ringback cannot be reached.</b>{' '}
        {lastAnswerMs !== null && `What you see is from ${new Date(lastAnswerMs).toISOString().slice(11, 19)} UTC. `}
        It goes on by itself once it answers, as does a page that you open.
      </span>
    </div>
  );
}
