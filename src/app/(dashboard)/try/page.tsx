import type { Metadata } from 'next';
import { Suspense } from 'react';
import { TryPage } from '#src/ui/try/try-page.tsx';

export const metadata: Metadata = { title: 'Playground' };

export default function Page() {
  return (
    <Suspense>
      <TryPage />
    </Suspense>
  );
}
