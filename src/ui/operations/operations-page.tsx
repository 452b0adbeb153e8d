'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Layers } from '#src/ui/icons/icons.ts';
import { Card, CardFoot } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { NoSuch } from '#src/ui/parts/page/no-such.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TabTitle } from '#src/ui/parts/page/tab-title.tsx';
import { Pager } from '#src/ui/parts/table/pager.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { kindText } from '#src/ui/words/operation-words.ts';
import { OperationItem } from './operation-item.tsx';

const refreshMs = 1_000;

/** Page that lists bulk operations with their progress, and can stop them. */
export function OperationsPage() {
  const search = useSearchParams();
  const cursor = search.get('cursor');
  const id = search.get('id');
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
  const one = useQuery(
    trpc.operations.get.queryOptions(
      { id: id ?? '' },
      {
        enabled: id !== null,
        refetchInterval: ({ state }) => (state.data?.state === 'running' ? refreshMs : false),
      },
    ),
  );
  const operations = id === null ? query.data?.operations : one.data && [one.data];
  return (
    <>
      <TopBar>
        <span>Operations</span>
      </TopBar>
      <PageBody capped>
        {one.data && <TabTitle parts={[one.data.state, kindText(one.data.kind)]} />}
        <PageHead title="Operations" />
        <Card label="Operations" busy={query.isPending}>
          {operations === undefined ? (
            id !== null && one.error ? (
              <NoSuch
                what="operation"
                level={2}
                id={id}
                error={one.error}
                onRetry={() => void one.refetch()}
                list={{ href: '/operations', name: 'operations' }}
                gone="it is older than the time that operations are kept"
              />
            ) : query.error ? (
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
          {id === null ? (
            <Pager
              cursor={cursor}
              nextCursor={query.data?.nextCursor ?? null}
              urlOf={(next) => (next === null ? '/operations' : `/operations?cursor=${next}`)}
            >
              Newest first
            </Pager>
          ) : (
            <CardFoot>
              <ShallowLink href="/operations" className="link">
                All operations
              </ShallowLink>
            </CardFoot>
          )}
        </Card>
      </PageBody>
    </>
  );
}
