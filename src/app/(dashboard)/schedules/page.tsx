import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SchedulesPage } from '#src/ui/schedules/schedules-page.tsx';

export const metadata: Metadata = { title: 'Schedules' };

export default function Page() {
  return (
    <Suspense>
      <SchedulesPage />
    </Suspense>
  );
}
