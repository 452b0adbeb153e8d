'use client';

import { useQuery } from '@tanstack/react-query';
import type { QuotasView } from '#src/contract/project/quotas.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { amountText } from './quota-fields.ts';
import { QuotaLine } from './quota-line.tsx';
import { QuotasForm } from './quotas-form.tsx';

const title = 'How much the project may use';
const refreshMs = 10_000;

/** Page that shows the quotas of the project and where they stand. Owners change them, unless only the operator does. */
export function QuotasPage() {
  const role = useMe().data?.role;
  const query = useQuery(useTRPC().settings.quotas.queryOptions(undefined, { refetchInterval: refreshMs }));
  const isReady = query.data && role;
  return (
    <SettingsPage
      title="Quotas"
      note="What this project may use at most. A job over a quota is refused with 429 and is told when to come again."
    >
      <Card label={title} busy={!isReady && !query.error}>
        <CardHead title={title} />
        {query.data && role ? (
          role === 'owner' && query.data.setBy === 'owner' ? (
            <QuotasForm view={query.data} />
          ) : (
            <QuotasList view={query.data} />
          )
        ) : query.error ? (
          <Failure error={query.error} what="The quotas could not be loaded" onRetry={() => void query.refetch()} />
        ) : (
          <div aria-hidden className="divide-y">
            {[1, 2, 3, 4].map((row) => (
              <div key={row} className="grid h-[88px] content-center gap-2 px-4">
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

function QuotasList({ view: { quotas, setBy } }: { view: QuotasView }) {
  return (
    <>
      <div className="divide-y">
        {quotas.map((quota) => (
          <QuotaLine key={quota.name} quota={quota}>
            <p className="text-14 font-medium">
              {quota.limit === null ? 'No limit' : `At most ${amountText(quota.name, quota.limit)}`}
            </p>
          </QuotaLine>
        ))}
      </div>
      <CardFoot>
        {setBy === 'owner' ? 'Owners of the project change these.' : 'Whoever runs this Ringback changes these.'}
      </CardFoot>
    </>
  );
}
