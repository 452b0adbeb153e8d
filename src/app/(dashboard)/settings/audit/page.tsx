import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AuditPage } from '#src/ui/settings/audit/audit-page.tsx';

export const metadata: Metadata = { title: 'Audit log' };

export default function Page() {
  return (
    <Suspense>
      <AuditPage />
    </Suspense>
  );
}
