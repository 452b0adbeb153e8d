'use client';

import { useQuery } from '@tanstack/react-query';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { RetentionForm } from './retention-form.tsx';
import { RetentionList } from './retention-list.tsx';

const title = 'What is kept, and for how long';

/** Page that shows how long the project's data is kept, and what a change would delete. */
export function RetentionPage() {
  const trpc = useTRPC();
  const role = useMe().data?.role;
  const query = useQuery(trpc.settings.retention.queryOptions());
  const isReady = query.data && role;
  return (
    <SettingsPage
      title="Retention"
      note="How long this project keeps what has ended. Nothing that is under way is ever deleted."
    >
      <Card label={title} busy={!isReady && !query.error}>
        <CardHead title={title} />
        {query.data && role ? (
          role === 'owner' ? (
            <RetentionForm key={JSON.stringify(query.data)} view={query.data} />
          ) : (
            <RetentionList view={query.data} />
          )
        ) : query.error ? (
          <Failure error={query.error} what="The settings could not be loaded" onRetry={() => void query.refetch()} />
        ) : (
          <div aria-hidden className="divide-y">
            {[1, 2, 3, 4].map((row) => (
              <div key={row} className="grid h-[100px] content-center gap-2 px-4">
                <Skeleton className="w-40" />
                <Skeleton className="w-80" />
              </div>
            ))}
          </div>
        )}
      </Card>
    </SettingsPage>
  );
}
