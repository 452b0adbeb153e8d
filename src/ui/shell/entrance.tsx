import type { ReactNode } from 'react';
import { BrandMark } from '#src/ui/parts/page/brand-mark.tsx';
import { ThemeMenu } from '#src/ui/theme/theme-menu.tsx';
import { Lanes } from './entrance-lanes.tsx';

/** Frame of the pages before the dashboard, such as the sign-in page. */
export function Entrance({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-screen grid-cols-2 max-sm:grid-cols-1">
      <main className="grid grid-rows-[auto_1fr_auto] border-r bg-surface px-8 py-6 max-sm:border-0 max-sm:p-5">
        <div className="flex items-center justify-between">
          <span className="flex items-center gap-2.5 text-14 font-semibold">
            <BrandMark />
            Ringback
          </span>
          <ThemeMenu />
        </div>
        {children}
        <p className="text-12 text-fg-subtle">Self-hosted</p>
      </main>
      <Lanes />
    </div>
  );
}
