import { useSyncExternalStore } from 'react';

/** A part of the frame that lies over the page. At most one is open at a time. */
export type Overlay = 'palette' | 'shortcuts' | 'more';

const listeners = new Set<() => void>();
let open: Overlay | null = null;

export function showOverlay(next: Overlay | null): void {
  open = next;
  for (const listener of listeners) listener();
}

/** Returns whether an overlay is open, and a function that opens or closes it. */
export function useOverlay(which: Overlay): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const now = useSyncExternalStore(
    subscribe,
    () => open,
    () => null,
  );
  return [
    now === which,
    (isOpen) => {
      if (isOpen) showOverlay(which);
      else if (open === which) showOverlay(null);
    },
  ];
}

let typed = '';
let reader: ((text: string) => void) | null = null;

/** Keeps what is typed after the palette was opened and before it can take it, for `readTyped`. */
export function typeAhead(event: KeyboardEvent): void {
  if (open !== 'palette') {
    typed = '';
    return;
  }
  const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (!isText || (event.target instanceof Element && event.target.closest('input, textarea'))) return;
  event.preventDefault();
  event.stopPropagation();
  typed += event.key;
  reader?.(take());
}

/** Calls `read` with what was typed ahead, and with what is until the returned function is called. */
export function readTyped(read: (text: string) => void): () => void {
  reader = read;
  if (typed !== '') read(take());
  return () => {
    reader = null;
  };
}

function take(): string {
  const text = typed;
  typed = '';
  return text;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
