import type { Metadata } from 'next';
import { RetentionPage } from '#src/ui/settings/retention/retention-page.tsx';

export const metadata: Metadata = { title: 'Retention' };

export default function Page() {
  return <RetentionPage />;
}
