import type { Metadata } from 'next';
import { Suspense } from 'react';
import { JoinPage } from '#src/ui/join/join-page.tsx';

// The address holds the link's secret. Requests that this page makes must not send the address as their referrer.
export const metadata: Metadata = { title: 'Join', referrer: 'no-referrer' };

export default function Page() {
  return (
    <Suspense>
      <JoinPage />
    </Suspense>
  );
}
