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
  /** The actions, right-aligned; the one that does it last. */
  footer?: ReactNode;
  /** Makes it a form: Enter in a field does what the last button, of type `submit`, does. */
  onSubmit?: () => void;
  /** 560 instead of 440. */
  wide?: boolean;
  /** What it shows is shown this once: only its buttons close it, no Escape and no click that went astray. */
  insistent?: boolean;
};

/**
 * A dialog over the page. Its first field gets the focus, without `autoFocus`, which would come too early for it to return to
 * where it was; Escape and a click beside the dialog close it, unless it is `insistent`.
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
    // A dialog is a child of its page's tree, wherever it is drawn: a form around it must not hear of this.
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
