'use client';

import { lazy, type ReactNode, Suspense } from 'react';
import { StartSkeleton } from './start-skeleton.tsx';
import { useStart } from './use-empty-project.ts';

// A user with jobs never sees the start page and need not load it.
const GetStarted = lazy(async () => ({ default: (await import('./get-started.tsx')).GetStarted }));

/** Shows a page, or the start page while the page has nothing to show before the first job. */
export function StartGate({ children }: { children: ReactNode }) {
  const start = useStart();
  if (!start.shown) return children;
  return (
    <Suspense fallback={<StartSkeleton />}>
      <GetStarted onLeave={start.leave} />
    </Suspense>
  );
}
