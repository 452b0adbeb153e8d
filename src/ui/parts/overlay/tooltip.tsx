'use client';

import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';

type Props = {
  text: ReactNode;
  /** Key that does the same, shown beside the words. */
  keys?: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
  disabled?: boolean;
  /**
   * One element that can take the focus. It needs an accessible name of its own, because a tooltip is only for users
   * who see it.
   */
  children: ReactElement;
};

/**
 * Shows a few words at the element under the pointer or with the focus. Necessary information must not be in a tooltip
 * only.
 */
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

/** Wraps all pages once: after the first tooltip, the ones beside it appear without a delay. */
export function TooltipHost({ children }: { children: ReactNode }) {
  return <Base.Provider delay={400}>{children}</Base.Provider>;
}
