import type { Metadata } from 'next';
import { Suspense } from 'react';
import { OverviewPage } from '#src/ui/overview/overview-page.tsx';
import { StartGate } from '#src/ui/start/start-gate.tsx';

export const metadata: Metadata = { title: 'Overview' };

export default function Page() {
  return (
    <Suspense>
      <StartGate>
        <OverviewPage />
      </StartGate>
    </Suspense>
  );
}
