'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { SettingsCard } from '#src/ui/settings/settings-card.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { RetentionForm } from './retention-form.tsx';
import { RetentionList } from './retention-list.tsx';

const title = 'What is kept, and for how long';

/** Page that shows how long the project's data is kept, and what a change would delete. */
export function RetentionPage() {
  const trpc = useTRPC();
  const query = useQuery(trpc.settings.retention.queryOptions());
  return (
    <SettingsPage
      title="Retention"
      note="How long this project keeps what has ended. Nothing that is under way is ever deleted."
    >
      <SettingsCard title={title} query={query} failed="The settings could not be loaded" row="h-[100px]">
        {(view, isOwner) =>
          isOwner ? <RetentionForm key={JSON.stringify(view)} view={view} /> : <RetentionList view={view} />
        }
      </SettingsCard>
    </SettingsPage>
  );
}
