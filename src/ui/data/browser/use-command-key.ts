'use client';

import { useSyncExternalStore } from 'react';

const none = () => () => undefined;

/** `⌘` on Apple's, `Ctrl ` elsewhere: how the key beside K is called there. */
export function useCommandKey(): string {
  return useSyncExternalStore(
    none,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '),
    () => 'Ctrl ',
  );
}
