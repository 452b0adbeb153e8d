'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { AllowListCard } from './allow-list-card.tsx';
import { CheckerCard } from './checker-card.tsx';

/** Page that shows where requests and callbacks may go, and why a URL is refused. */
export function EgressPage() {
  const query = useQuery(useTRPC().settings.egress.queryOptions());
  return (
    <SettingsPage
      title="Egress"
      note="Requests and callbacks go to public addresses only, and to what the server’s allow list names."
    >
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <CheckerCard egress={query.data} />
        <AllowListCard query={query} />
      </div>
    </SettingsPage>
  );
}
