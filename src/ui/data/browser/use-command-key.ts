'use client';

import { useSyncExternalStore } from 'react';

const none = () => () => undefined;

/** Returns the name of the command key, which is pressed together with K: `⌘` on Apple devices, `Ctrl ` elsewhere. */
export function useCommandKey(): string {
  return useSyncExternalStore(
    none,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '),
    () => 'Ctrl ',
  );
}
