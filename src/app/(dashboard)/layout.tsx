import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { DataProviders } from '#src/ui/data/providers.tsx';
import { TimesProvider } from '#src/ui/parts/time/times.tsx';
import { Shell } from '#src/ui/shell/shell.tsx';
import { readTimes, timesCookie } from '#src/ui/words/shown-times.ts';

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const times = readTimes((await cookies()).get(timesCookie)?.value);
  return (
    <DataProviders>
      <TimesProvider initial={times}>
        <Shell>{children}</Shell>
      </TimesProvider>
    </DataProviders>
  );
}
