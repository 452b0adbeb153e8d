'use client';

import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';

type Props = {
  text: ReactNode;
  /** The key that does the same, shown beside the words. */
  keys?: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
  disabled?: boolean;
  /** One element that can take the focus. It needs a name of its own: a tooltip is only for those who see it. */
  children: ReactElement;
};

/** A few words over what a pointer rests on, or what has the focus. Never the only place of something needed. */
export function Tooltip({ text, keys, side = 'top', disabled = false, children }: Props) {
  return (
    <Base.Root disabled={disabled}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-70">
          <Base.Popup className="max-w-80 rounded-control bg-tooltip px-2 py-[5px] text-12 leading-4 text-on-tooltip shadow-2 transition-opacity wrap-anywhere data-ending-style:opacity-0 data-instant:transition-none data-starting-style:opacity-0">
            {text}
            {keys && <Kbd keys={keys} className="ml-1.5 border-current! bg-transparent! text-inherit! opacity-75" />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Once around all pages: after the first tooltip, those beside it come without waiting. */
export function TooltipHost({ children }: { children: ReactNode }) {
  return <Base.Provider delay={400}>{children}</Base.Provider>;
}
