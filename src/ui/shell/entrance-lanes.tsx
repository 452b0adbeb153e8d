import clsx from 'clsx';
import type { ReactNode } from 'react';

const dash = 'absolute top-[7px] border-t-[1.5px] border-dashed border-control-line';
const note = 'absolute leading-[14px] whitespace-nowrap';

/** Shows in one picture what Ringback does. */
export function Lanes() {
  return (
    <aside aria-hidden="true" className="grid content-center gap-8 px-16 py-12 max-md:px-8 max-sm:hidden">
      <p className="text-28 leading-9 font-semibold tracking-[-0.025em]">
        Submit a fetch, hang up,
        <br />
        and get rung back.
      </p>
      <div className="grid max-w-[520px] gap-2.5">
        <Lane word="Your function">
          <Bar left={0} width={7} className="bg-accent" />
          <span className={clsx(note, 'left-[calc(7%+10px)]')}>gets a job id, hangs up</span>
        </Lane>
        <hr />
        <Lane word="Attempt 1">
          <Bar left={7} width={11} className="bg-ph-ttfb" />
          <span className={dash} style={{ left: '20%', width: '26%' }} />
          <span className={clsx(note, 'left-[48%]')}>429, waits as told</span>
        </Lane>
        <Lane word="Attempt 2">
          <Bar left={46} width={25} className="bg-ph-ttfb" />
          <Bar left={71} width={5} className="bg-ph-body" />
          <span className={clsx(note, 'left-[calc(76%+10px)]')}>200</span>
        </Lane>
        <hr />
        <Lane word="Callback">
          <span className={clsx(note, 'right-[calc(17%+8px)]')}>signed webhook</span>
          <Bar left={83} width={5} className="bg-completed" />
          <span className={clsx(note, 'left-[calc(88%+10px)]')}>204</span>
        </Lane>
      </div>
    </aside>
  );
}

function Lane({ word, children }: { word: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[88px_1fr] items-center gap-3 text-12 text-fg-muted">
      <span>{word}</span>
      <span className="relative h-3.5">{children}</span>
    </div>
  );
}

function Bar({ left, width, className }: { left: number; width: number; className: string }) {
  return (
    <span
      className={clsx('absolute h-3.5 rounded-[3px]', className)}
      style={{ left: `${left}%`, width: `${width}%` }}
    />
  );
}
