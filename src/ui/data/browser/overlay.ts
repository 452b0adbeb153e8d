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

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
