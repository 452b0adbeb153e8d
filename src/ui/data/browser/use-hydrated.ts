import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** Returns false while the page is as the server rendered it. The server did not know the user. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
