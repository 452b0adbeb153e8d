import type { Metadata } from 'next';
import { Suspense } from 'react';
import { JobsPage } from '#src/ui/jobs/jobs-page.tsx';
import { StartGate } from '#src/ui/start/start-gate.tsx';

export const metadata: Metadata = { title: 'Jobs' };

export default function Page() {
  return (
    <Suspense>
      <StartGate>
        <JobsPage />
      </StartGate>
    </Suspense>
  );
}
