'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import type { Failures } from '#src/contract/stats/failures.ts';
import { rangeOptions, readSpan, spanUrl } from '#src/ui/charts/range.ts';
import { SpanPicker } from '#src/ui/charts/span-picker.tsx';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CircleCheck } from '#src/ui/icons/icons.ts';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { FailuresTable } from './failures-table.tsx';

const refreshMs = 10_000;

/** Page that shows in which ways jobs and callbacks failed in a range, the most frequent first. */
export function FailuresPage() {
  const span = readSpan(useSearchParams());
  const trpc = useTRPC();
  const refetchInterval = useLiveRefresh(['overview'], [{ queryKey: trpc.stats.failures.queryKey(span) }], refreshMs);
  const query = useQuery(
    trpc.stats.failures.queryOptions(span, { refetchInterval, placeholderData: keepPreviousData }),
  );
  return (
    <>
      <TopBar>
        <span>Errors</span>
      </TopBar>
      <PageBody capped>
        <PageHead title="Errors">
          <SpanPicker span={span} options={rangeOptions} onChange={(next) => goTo(spanUrl('/failures', next))} />
        </PageHead>
        <Card label="Errors">
          {query.data ? (
            <Loaded failures={query.data} />
          ) : query.error ? (
            <Failure error={query.error} what="The errors could not be loaded" onRetry={() => void query.refetch()} />
          ) : (
            <SkeletonTable rows={6} />
          )}
        </Card>
      </PageBody>
    </>
  );
}

function Loaded({ failures }: { failures: Failures }) {
  if (failures.groups.length > 0) return <FailuresTable failures={failures} />;
  return (
    <EmptyState icon={CircleCheck} title="Nothing failed">
      No job and no callback that ended in this range failed.
    </EmptyState>
  );
}
