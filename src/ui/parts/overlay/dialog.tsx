'use client';

import { Dialog as Base } from '@base-ui/react/dialog';
import clsx from 'clsx';
import type { ReactNode, SubmitEvent } from 'react';
import { backdropClass, dialogClass } from './popup.ts';

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Actions, right-aligned; the main one is the last. */
  footer?: ReactNode;
  /** Makes the dialog a form: Enter in a field works like the last button, which has the type `submit`. */
  onSubmit?: () => void;
  /** Width 560 px instead of 440 px. */
  wide?: boolean;
  /**
   * Lets only the buttons close the dialog, not Escape and not a click beside it, because the content is shown only
   * once.
   */
  insistent?: boolean;
};

/**
 * Dialog over the page. Its first field gets the focus without `autoFocus`, which would come too early for the focus to
 * return to its old place. Escape and a click beside the dialog close it, unless it is `insistent`.
 */
export function Dialog(props: Props) {
  const { open, onOpenChange, title, description, children, footer, onSubmit, wide = false, insistent = false } = props;
  const inside = (
    <>
      <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] gap-3 overflow-y-auto p-5">
        <Base.Title>{title}</Base.Title>
        {description && <Base.Description className="text-fg-muted">{description}</Base.Description>}
        {children}
      </div>
      {footer && <div className="flex flex-none justify-end gap-2 border-t px-5 py-3">{footer}</div>}
    </>
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    // A dialog is a child in React's tree, wherever it is drawn. A form around it must not receive this event.
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={insistent}
      onOpenChange={(next, { reason }) => {
        if (!insistent || reason !== 'escape-key') onOpenChange(next);
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={clsx(dialogClass, wide ? 'w-[560px]' : 'w-[440px]')}>
          {onSubmit ? (
            <form noValidate onSubmit={submit} className="flex min-h-0 flex-col">
              {inside}
            </form>
          ) : (
            inside
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
