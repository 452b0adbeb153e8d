import type { Metadata } from 'next';
import { Suspense } from 'react';
import { FailuresPage } from '#src/ui/failures/failures-page.tsx';

export const metadata: Metadata = { title: 'Errors' };

export default function Page() {
  return (
    <Suspense>
      <FailuresPage />
    </Suspense>
  );
}
