import type { Metadata } from 'next';
import { Suspense } from 'react';
import { JoinPage } from '#src/ui/join/join-page.tsx';

// The address holds the link's secret: nothing that this page asks for may be told of it.
export const metadata: Metadata = { title: 'Join', referrer: 'no-referrer' };

export default function Page() {
  return (
    <Suspense>
      <JoinPage />
    </Suspense>
  );
}
