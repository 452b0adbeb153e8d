import type { Metadata } from 'next';
import { Suspense } from 'react';
import { DeliveriesPage } from '#src/ui/deliveries/deliveries-page.tsx';

export const metadata: Metadata = { title: 'Deliveries' };

export default function Page() {
  return (
    <Suspense>
      <DeliveriesPage />
    </Suspense>
  );
}
