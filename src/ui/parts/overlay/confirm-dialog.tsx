'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { problemOf } from '#src/ui/data/refusal.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { ErrorCodeLink } from '#src/ui/parts/page/failure.tsx';
import { backdropClass, dialogClass } from './popup.ts';

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Question that names the count: "Cancel 200 jobs?". */
  title: string;
  /** Effect of the action, and what is lost by it. */
  effect: ReactNode;
  /** Words of the button, which name the action again: "Cancel 200 jobs". */
  confirm: string;
  /** Words of the other button: "Keep them". */
  keep?: string;
  /** True if nothing is lost. The button is then not red. */
  harmless?: boolean;
  busy?: boolean;
  /** Error that the mutation threw. */
  error?: unknown;
  onConfirm: () => void;
  /** Further fields, such as a reason. */
  children?: ReactNode;
};

/** Asks for confirmation before something is lost. Its buttons and Escape close it, a click beside it does not. */
export function ConfirmDialog(props: Props) {
  const { open, onOpenChange, title, effect, confirm, keep = 'Keep', harmless = false } = props;
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup className={`${dialogClass} w-[440px]`}>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-3 overflow-y-auto p-5 wrap-anywhere">
            <AlertDialog.Title>{title}</AlertDialog.Title>
            <AlertDialog.Description className="text-fg-muted">{effect}</AlertDialog.Description>
            {props.children}
            {props.error != null && (
              <p role="alert" className="text-failed-text">
                {problemOf(props.error).message} <ErrorCodeLink code={problemOf(props.error).code} />
              </p>
            )}
          </div>
          <div className="flex justify-end gap-2 border-t px-5 py-3">
            <AlertDialog.Close className={buttonClass()}>{keep}</AlertDialog.Close>
            <Button
              kind={harmless ? 'primary' : 'solid-danger'}
              busy={props.busy ?? false}
              onClick={() => props.onConfirm()}
            >
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
