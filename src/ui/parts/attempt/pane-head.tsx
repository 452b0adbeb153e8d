import type { ReactNode } from 'react';

/** Title of one half of a card. */
export function PaneHead({ children }: { children: ReactNode }) {
  return <div className="flex h-10 items-center gap-2 px-4">{children}</div>;
}
