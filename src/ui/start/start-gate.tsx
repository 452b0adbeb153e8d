'use client';

import { lazy, type ReactNode, Suspense } from 'react';
import { StartSkeleton } from './start-skeleton.tsx';
import { useStart } from './use-empty-project.ts';

// Who has jobs never sees it, and need not load it.
const GetStarted = lazy(async () => ({ default: (await import('./get-started.tsx')).GetStarted }));

/** A page that has nothing to show before the first job: until then, how to get there. */
export function StartGate({ children }: { children: ReactNode }) {
  const start = useStart();
  if (!start.shown) return children;
  return (
    <Suspense fallback={<StartSkeleton />}>
      <GetStarted onLeave={start.leave} />
    </Suspense>
  );
}
