'use client';

import { useSyncExternalStore } from 'react';

const none = () => () => undefined;

/** Returns the origin of this Ringback, as the browser reaches it; empty until the page is in a browser. */
export function useOrigin(): string {
  return useSyncExternalStore(
    none,
    () => window.location.origin,
    () => '',
  );
}
