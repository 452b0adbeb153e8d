'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import type { Overview } from '#src/contract/stats/stats.ts';
import { EndedChart } from '#src/ui/charts/ended-chart.tsx';
import { defaultRange, rangeOptions, readRange, stepUrl } from '#src/ui/charts/range.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { Ago } from '#src/ui/parts/text/ago.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { Alerts } from './alert-list.tsx';
import { BacklogChart } from './backlog-chart.tsx';
import { DurationChart } from './duration-chart.tsx';
import { FailingEndpoints } from './failing-endpoints.tsx';
import { FailingHosts } from './failing-hosts.tsx';
import { Figures, FiguresSkeleton } from './figures.tsx';
import { WorkersCard } from './workers-card.tsx';

const refreshMs = 5_000;

/** Page that shows how the project does: figures, charts, backlog, workers and failures. */
export function OverviewPage() {
  const range = readRange(useSearchParams());
  const trpc = useTRPC();
  const refetchInterval = useLiveRefresh(
    ['overview'],
    [{ queryKey: trpc.stats.overview.queryKey({ range }) }],
    refreshMs,
  );
  const query = useQuery(
    trpc.stats.overview.queryOptions({ range }, { refetchInterval, placeholderData: keepPreviousData }),
  );
  return (
    <>
      <TopBar>
        <span>Overview</span>
      </TopBar>
      <PageBody capped>
        <PageHead title="Overview">
          {query.data && (
            <span className="text-12 whitespace-nowrap text-fg-subtle max-sm:hidden">
              UTC, updated <Ago at={new Date(query.dataUpdatedAt).toISOString()} sentence />
            </span>
          )}
          <Segmented
            label="Time range"
            value={range}
            options={rangeOptions}
            onChange={(next) => goTo(next === defaultRange ? '/' : `/?range=${next}`)}
          />
        </PageHead>
        {query.data ? (
          <Loaded overview={query.data} stale={query.isPlaceholderData} />
        ) : query.error ? (
          <div className="card">
            <Failure
              error={query.error}
              what="The statistics could not be loaded"
              onRetry={() => void query.refetch()}
            />
          </div>
        ) : (
          <Loading />
        )}
      </PageBody>
    </>
  );
}

function Loaded({ overview, stale }: { overview: Overview; stale: boolean }) {
  const { points, stepSeconds } = overview;
  return (
    <div className={`transition-opacity ${stale ? 'opacity-60' : ''}`} aria-busy={stale || undefined}>
      <Alerts alerts={overview.alerts}>
        <Figures overview={overview} />
        <div className={thirds}>
          <EndedChart points={points} stepSeconds={stepSeconds} urlOf={(point) => stepUrl(point, stepSeconds)} />
          <DurationChart overview={overview} />
        </div>
        <div className={thirds}>
          <WorkersCard workers={overview.workers} />
          <BacklogChart overview={overview} />
        </div>
        <div className="grid min-w-0 grid-cols-2 gap-4 max-md:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0">
          <FailingHosts overview={overview} />
          <FailingEndpoints endpoints={overview.failingEndpoints} />
        </div>
      </Alerts>
    </div>
  );
}

const thirds =
  'grid min-w-0 grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0';

function Loading() {
  return (
    <div className="grid gap-4 max-sm:gap-3" aria-hidden>
      <FiguresSkeleton />
      <div className={thirds}>
        <div className="card h-[257px]" />
        <div className="card h-[257px]" />
      </div>
    </div>
  );
}
