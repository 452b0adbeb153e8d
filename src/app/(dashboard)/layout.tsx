import type { ReactNode } from 'react';
import { DataProviders } from '#src/ui/data/providers.tsx';
import { Shell } from '#src/ui/shell/shell.tsx';

export default function DashboardLayout({ children }: { children: ReactNode }) {
  return (
    <DataProviders>
      <Shell>{children}</Shell>
    </DataProviders>
  );
}
