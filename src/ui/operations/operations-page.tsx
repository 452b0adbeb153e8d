'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Layers } from '#src/ui/icons/icons.ts';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { OperationItem } from './operation-item.tsx';

const refreshMs = 1_000;

/** Page that lists bulk operations with their progress, and can stop them. */
export function OperationsPage() {
  const cursor = useSearchParams().get('cursor');
  const trpc = useTRPC();
  const input = cursor ? { cursor } : {};
  const liveMs = useLiveRefresh(['operations'], [{ queryKey: trpc.operations.list.queryKey(input) }], refreshMs);
  const query = useQuery(
    trpc.operations.list.queryOptions(input, {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) =>
        state.data?.operations.some((operation) => operation.state === 'running') ? liveMs : 5 * liveMs,
    }),
  );
  const operations = query.data?.operations;
  return (
    <>
      <TopBar>
        <span>Operations</span>
      </TopBar>
      <PageBody capped>
        <PageHead title="Operations" />
        <Card label="Operations" busy={query.isPending}>
          {operations === undefined ? (
            query.error ? (
              <Failure
                error={query.error}
                what="The operations could not be loaded"
                onRetry={() => void query.refetch()}
              />
            ) : (
              <SkeletonTable rows={4} head={false} />
            )
          ) : operations.length === 0 ? (
            <EmptyState icon={Layers} title="No operation yet">
              Running or cancelling many jobs, and replaying deliveries to an endpoint, run here in the background.
            </EmptyState>
          ) : (
            <ul className="divide-y">
              {operations.map((operation) => (
                <OperationItem key={operation.id} operation={operation} />
              ))}
            </ul>
          )}
          <Pager
            cursor={cursor}
            nextCursor={query.data?.nextCursor ?? null}
            urlOf={(next) => (next === null ? '/operations' : `/operations?cursor=${next}`)}
          >
            Newest first
          </Pager>
        </Card>
      </PageBody>
    </>
  );
}
