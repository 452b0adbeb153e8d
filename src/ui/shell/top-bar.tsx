'use client';

import type { ReactNode } from 'react';
import { useConnection } from '#src/ui/data/use-connection.ts';
import { BrandMark } from '#src/ui/parts/brand-mark.tsx';
import { Pulse } from '#src/ui/parts/pulse.tsx';
import { ThemeMenu } from '#src/ui/theme/theme-menu.tsx';
import { SignOutButton } from './sign-out-button.tsx';

/** Where one is, whether what one sees is current, and the theme. On phones also the way out. */
export function TopBar({ children }: { children: ReactNode }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 flex-none items-center gap-2 border-b bg-bg/88 px-6 backdrop-blur-[10px] max-sm:px-4">
      <span className="hidden max-sm:block">
        <BrandMark />
      </span>
      <nav aria-label="Breadcrumb" className="flex min-w-0 flex-1 items-center gap-1.5 font-medium whitespace-nowrap">
        {children}
      </nav>
      <Liveness />
      <ThemeMenu />
      <span className="hidden max-sm:block">
        <SignOutButton />
      </span>
    </header>
  );
}

function Liveness() {
  const connected = useConnection();
  return (
    <span role="status" className="mr-2 flex items-center gap-2 text-12 whitespace-nowrap text-fg-muted max-sm:mr-0">
      <Pulse tone={connected ? 'on' : 'warn'} />
      {connected ? 'Live' : 'Connection lost, trying again'}
    </span>
  );
}
