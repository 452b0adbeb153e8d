import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EndpointsPage } from '#src/ui/endpoints/endpoints-page.tsx';

export const metadata: Metadata = { title: 'Endpoints' };

export default function Page() {
  return (
    <Suspense>
      <EndpointsPage />
    </Suspense>
  );
}
