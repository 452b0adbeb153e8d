import type { Metadata } from 'next';
import { QuotasPage } from '#src/ui/settings/quotas/quotas-page.tsx';

export const metadata: Metadata = { title: 'Quotas' };

export default function Page() {
  return <QuotasPage />;
}
