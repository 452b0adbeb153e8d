'use client';

import { useQuery } from '@tanstack/react-query';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Card } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { AlertsForm } from './alerts-form.tsx';
import { AlertsList } from './alerts-list.tsx';
import { AlertsTest } from './alerts-test.tsx';

/** Page that says who is told of the project's alerts, when, and of what. */
export function AlertsPage() {
  const trpc = useTRPC();
  const role = useMe().data?.role;
  const query = useQuery(trpc.alerts.settings.queryOptions());
  const isOwner = role === 'owner';
  return (
    <SettingsPage
      title="Alerts"
      note="Who is told when something needs a person, and when it is over. The overview shows the alerts themselves."
      actions={isOwner && query.data && <AlertsTest />}
    >
      {query.data && role ? (
        isOwner ? (
          <AlertsForm key={JSON.stringify(query.data)} view={query.data} />
        ) : (
          <AlertsList view={query.data} />
        )
      ) : (
        <Card label="Alerts" busy={!query.error}>
          {query.error ? (
            <Failure error={query.error} what="The settings could not be loaded" onRetry={() => void query.refetch()} />
          ) : (
            <SkeletonTable rows={6} />
          )}
        </Card>
      )}
    </SettingsPage>
  );
}
