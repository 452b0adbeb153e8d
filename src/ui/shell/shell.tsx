'use client';

import { lazy, type ReactNode, Suspense } from 'react';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { ToastHost } from '#src/ui/parts/overlay/toast.tsx';
import { TooltipHost } from '#src/ui/parts/overlay/tooltip.tsx';
import { Sidebar } from '#src/ui/shell/bar/sidebar.tsx';
import { TabBar } from '#src/ui/shell/bar/tab-bar.tsx';
import { Unreachable } from '#src/ui/shell/bar/unreachable.tsx';
import { Overlays } from '#src/ui/shell/keys/overlays.tsx';
import { ShellKeys } from '#src/ui/shell/keys/shell-keys.tsx';

const NoProject = lazy(async () => ({ default: (await import('./no-project.tsx')).NoProject }));

/**
 * Frame of every page behind the sign-in. The data layer refuses strangers, and a refusal leads to the sign-in page.
 */
export function Shell({ children }: { children: ReactNode }) {
  const { error } = useMe();
  return (
    <ToastHost>
      <TooltipHost>
        {error !== null && problemOf(error).code === 'no_project' ? (
          <Suspense fallback={null}>
            <NoProject error={error} />
          </Suspense>
        ) : (
          <Frame>{children}</Frame>
        )}
      </TooltipHost>
    </ToastHost>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <div className="grid min-h-screen grid-cols-[224px_minmax(0,1fr)] max-md:grid-cols-[56px_minmax(0,1fr)] max-sm:block">
        <Sidebar />
        <div className="flex min-w-0 flex-col">{children}</div>
      </div>
      <Unreachable />
      <TabBar />
      <ShellKeys />
      <Overlays />
    </>
  );
}
