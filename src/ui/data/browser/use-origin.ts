'use client';

import { useSyncExternalStore } from 'react';

const none = () => () => undefined;

/** Where this Ringback is, as the browser reaches it; empty until the page is in one. */
export function useOrigin(): string {
  return useSyncExternalStore(
    none,
    () => window.location.origin,
    () => '',
  );
}
