'use client';

import { lazy, Suspense } from 'react';

// The boundary of every page names this page, and would load it with each of them.
const Page = lazy(async () => ({ default: (await import('./not-found-page.tsx')).NotFoundPage }));

export function NotFound() {
  return (
    <Suspense fallback={null}>
      <Page />
    </Suspense>
  );
}
