'use client';

import { useQuery } from '@tanstack/react-query';
import { amountText } from '#src/contract/project/quota-words.ts';
import type { QuotasView } from '#src/contract/project/quotas.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CardFoot } from '#src/ui/parts/page/card.tsx';
import { SettingsCard } from '#src/ui/settings/settings-card.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { QuotaLine } from './quota-line.tsx';
import { QuotasForm } from './quotas-form.tsx';

const title = 'How much the project may use';
const refreshMs = 10_000;

/** Page that shows the quotas of the project and where they stand. Owners change them, unless only the operator does. */
export function QuotasPage() {
  const query = useQuery(useTRPC().settings.quotas.queryOptions(undefined, { refetchInterval: refreshMs }));
  return (
    <SettingsPage
      title="Quotas"
      note="What this project may use at most. A job over a quota is refused with 429 and is told when to come again."
    >
      <SettingsCard title={title} query={query} failed="The quotas could not be loaded" row="h-[88px]">
        {(view, isOwner) =>
          isOwner && view.setBy === 'owner' ? <QuotasForm view={view} /> : <QuotasList view={view} />
        }
      </SettingsCard>
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
