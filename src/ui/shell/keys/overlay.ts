import { useSyncExternalStore } from 'react';

/** What of the frame lies over the page; at most one at a time. */
export type Overlay = 'palette' | 'shortcuts' | 'more';

const listeners = new Set<() => void>();
let open: Overlay | null = null;

export function showOverlay(next: Overlay | null): void {
  open = next;
  for (const listener of listeners) listener();
}

/** Whether it is open, and how to open or close it. */
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
