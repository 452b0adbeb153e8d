'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { BookOpen, SearchX } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { OwnersOnly } from '#src/ui/settings/owners-only.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { AuditFilterLine } from './audit-filter-line.tsx';
import { type AuditFilters, auditInputOf, auditPageSize, auditUrl, readAuditFilters } from './audit-filters.ts';
import { AuditTable } from './audit-table.tsx';

/** Page that lists who changed what, and who was shown a secret. */
export function AuditPage() {
  const filters = readAuditFilters(useSearchParams());
  return (
    <SettingsPage
      title="Audit log"
      note="Every change, every secret that was shown again, every sign-in. Kept for 365 days; nothing in it can be changed."
    >
      <OwnersOnly what="Audit log">
        <AuditFilterLine filters={filters} />
        <AuditList filters={filters} />
      </OwnersOnly>
    </SettingsPage>
  );
}

function AuditList({ filters }: { filters: AuditFilters }) {
  const query = useQuery(
    useTRPC().audit.list.queryOptions(auditInputOf(filters), { placeholderData: keepPreviousData }),
  );
  const entries = query.data?.entries;
  const isFiltered = auditUrl(filters) !== '/settings/audit';
  return (
    <Card label="Audit log" busy={query.isPending || query.isPlaceholderData}>
      {query.error ? (
        <Failure error={query.error} what="The log could not be loaded" onRetry={() => void query.refetch()} />
      ) : entries === undefined ? (
        <SkeletonTable rows={10} />
      ) : entries.length === 0 ? (
        <EmptyState
          icon={isFiltered ? SearchX : BookOpen}
          title={isFiltered ? 'No entry matches' : 'Nothing was done yet'}
          action={
            isFiltered && (
              <ShallowLink href="/settings/audit" className={buttonClass()}>
                Show all entries
              </ShallowLink>
            )
          }
        >
          {isFiltered ? 'Widen the time, or take a filter away.' : 'The first change to this project comes here.'}
        </EmptyState>
      ) : (
        <AuditTable entries={entries} filters={filters} />
      )}
      <Pager
        cursor={filters.cursor}
        nextCursor={query.isPlaceholderData ? null : (query.data?.nextCursor ?? null)}
        urlOf={(cursor) => auditUrl(filters, { cursor })}
      >
        {auditPageSize} per page, newest first
      </Pager>
    </Card>
  );
}
