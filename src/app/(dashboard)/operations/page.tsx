import type { Metadata } from 'next';
import { Suspense } from 'react';
import { OperationsPage } from '#src/ui/operations/operations-page.tsx';

export const metadata: Metadata = { title: 'Operations' };

export default function Page() {
  return (
    <Suspense>
      <OperationsPage />
    </Suspense>
  );
}
