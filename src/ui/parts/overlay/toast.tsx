'use client';

import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { CircleCheck, CircleX, Info, X } from '#src/ui/icons/icons.ts';

type Tone = 'success' | 'failure' | 'info';
type Options = {
  title: ReactNode;
  description?: ReactNode;
  tone?: Tone;
  action?: { label: string; onClick: () => void };
};

const looks = {
  success: { icon: CircleCheck, colour: 'state-completed' },
  failure: { icon: CircleX, colour: 'state-failed' },
  info: { icon: Info, colour: 'state-in-progress' },
} as const;

const shownMs = 6_000;
const toasts = Toast.createToastManager<{ tone: Tone }>();

/**
 * Shows a message in the corner for 6 s, or longer while it is hovered or has the focus. A failure stays until it is
 * closed. Returns the id for `closeToast`.
 */
export function toast({ title, description, tone = 'success', action }: Options): string {
  return toasts.add({
    title,
    description,
    timeout: tone === 'failure' ? 0 : shownMs,
    priority: tone === 'failure' ? 'high' : 'low',
    data: { tone },
    ...(action && { actionProps: { children: action.label, onClick: action.onClick } }),
  });
}

export function closeToast(id: string): void {
  toasts.close(id);
}

/** Place in which toasts appear; once in the frame of all pages. F6 moves the focus to it. */
export function ToastHost({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts} limit={5} timeout={shownMs}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          aria-label="Messages"
          className="fixed right-4 bottom-4 z-50 grid w-[360px] max-w-[calc(100vw-32px)] gap-2 max-sm:bottom-[76px]"
        >
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts() {
  const { toasts: shown } = Toast.useToastManager<{ tone: Tone }>();
  return shown.map((each) => {
    const { icon: Icon, colour } = looks[each.data?.tone ?? 'success'];
    return (
      <Toast.Root
        key={each.id}
        toast={each}
        data-message=""
        swipeDirection="right"
        className={`${colour} translate-x-(--toast-swipe-movement-x) rounded-card border bg-raised shadow-2 transition-[opacity,translate] duration-[180ms] data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-1 data-starting-style:opacity-0`}
      >
        <Toast.Content className="flex items-start gap-2.5 p-3">
          <Icon size={16} aria-hidden className="mt-0.5 flex-none text-state-text" />
          <div className="min-w-0 flex-1 wrap-anywhere">
            <Toast.Title className="text-13 font-medium tracking-normal" render={<div />} />
            <Toast.Description className="text-fg-muted" render={<div />} />
            <Toast.Action className="mt-1 font-medium text-accent-text hover:underline" />
          </div>
          <Toast.Close
            aria-label="Close"
            className="-my-0.5 grid size-6 flex-none place-items-center rounded-tag text-fg-subtle hover:bg-active hover:text-fg max-sm:-my-2 max-sm:size-10"
          >
            <X size={14} aria-hidden />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    );
  });
}
