import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False while the page is as the server drew it, which knew nobody. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
