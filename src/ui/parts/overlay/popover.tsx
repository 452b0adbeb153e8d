'use client';

import { Popover as Base } from '@base-ui/react/popover';
import clsx from 'clsx';
import type { ReactElement, ReactNode } from 'react';
import { popupClass } from './popup.ts';

type Props = {
  trigger: ReactElement;
  /** Title of the popover. It is visible only with `showTitle`. */
  title: string;
  showTitle?: boolean;
  /**
   * State of a popover that is opened and closed from outside, together with `onOpenChange`. Without both, the trigger
   * opens and closes it.
   */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'center' | 'end';
  className?: string;
  children: ReactNode;
};

/** Small popup beside its trigger, with something to fill in or to read. */
export function Popover(props: Props) {
  const { trigger, title, showTitle = false, open, onOpenChange, align = 'start', className, children } = props;
  const control = open === undefined ? {} : { open, onOpenChange: (next: boolean) => onOpenChange?.(next) };
  return (
    <Base.Root {...control}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={16} className="z-60">
          <Base.Popup className={clsx(popupClass, 'max-w-[calc(100vw-32px)] p-3', className ?? 'w-72')}>
            <Base.Title className={showTitle ? 'mb-2 text-13' : 'sr-only'}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
