'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import type { StatSpan } from '#src/contract/stats/stat-range.ts';
import type { Overview } from '#src/contract/stats/stats.ts';
import { EndedChart } from '#src/ui/charts/ended-chart.tsx';
import {
  deliveriesUrlOf,
  jobsUrl,
  rangeOptions,
  readSpan,
  spanUrl,
  stepLimits,
  stepUrl,
} from '#src/ui/charts/range.ts';
import { SpanPicker } from '#src/ui/charts/span-picker.tsx';
import { goTo } from '#src/ui/data/browser/address.ts';
import { useLiveRefresh } from '#src/ui/data/live/use-live.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { PausedBanners } from '#src/ui/parts/job/paused-banners.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { Alerts } from './alert-list.tsx';
import { BacklogChart } from './backlog-chart.tsx';
import { CallbackFigures } from './callback-figures.tsx';
import { FailingHosts } from './failing-hosts.tsx';
import { FigureStripSkeleton } from './figure.tsx';
import { JobFigures } from './job-figures.tsx';
import { PercentilesChart } from './percentiles-chart.tsx';
import { ReceiversCard } from './receivers-card.tsx';
import { WorkersCard } from './workers-card.tsx';

const refreshMs = 5_000;

/** Page that shows how the project does: figures, charts, backlog, workers and failures. */
export function OverviewPage() {
  const span = readSpan(useSearchParams());
  const trpc = useTRPC();
  const refetchInterval = useLiveRefresh(['overview'], [{ queryKey: trpc.stats.overview.queryKey(span) }], refreshMs);
  const query = useQuery(
    trpc.stats.overview.queryOptions(span, { refetchInterval, placeholderData: keepPreviousData }),
  );
  const { zone } = useTimes();
  return (
    <>
      <TopBar>
        <span>Overview</span>
      </TopBar>
      <PageBody capped>
        <PageHead title="Overview">
          {query.data && (
            <span className="text-12 whitespace-nowrap text-fg-subtle max-sm:hidden">
              {zone}, updated <Ago at={new Date(query.dataUpdatedAt).toISOString()} sentence />
            </span>
          )}
          <SpanPicker span={span} options={rangeOptions} onChange={show} />
        </PageHead>
        <PausedBanners />
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

const show = (span: StatSpan) => goTo(spanUrl('/', span));
const showSpan = (from: string, to: string) => show({ from, to });

function Loaded({ overview, stale }: { overview: Overview; stale: boolean }) {
  return (
    <div className={`transition-opacity ${stale ? 'opacity-60' : ''}`} aria-busy={stale || undefined}>
      <Alerts alerts={overview.alerts}>
        <CallbackFigures overview={overview} />
        <JobFigures overview={overview} />
        <CallbackCharts overview={overview} />
        <JobCharts overview={overview} />
        <div className={halves}>
          <ReceiversCard receivers={overview.troubledReceivers} />
          <FailingHosts overview={overview} />
        </div>
        <WorkersCard workers={overview.workers} />
      </Alerts>
    </div>
  );
}

function CallbackCharts({ overview: { points, stepSeconds } }: { overview: Overview }) {
  return (
    <div className={halves}>
      <PercentilesChart
        title="Callback latency"
        label="Time from an event to its arrival at the receiver, over time, percentiles"
        rows={points.map(({ at, deliveryDuration }) => ({ at, took: deliveryDuration }))}
        stepSeconds={stepSeconds}
        urlOf={(row) => deliveriesUrlOf({ state: 'delivered' }, stepLimits(row, stepSeconds))}
        onSpan={showSpan}
      />
      <BacklogChart
        title="Callbacks waiting"
        label="Callbacks that waited over time, and the age of the oldest"
        counted={[{ name: 'Waiting', colour: 'var(--color-queued)' }]}
        rows={points.map(({ at, deliveriesWaiting, oldestDeliveryMs }) => ({
          ...{ at, counts: [deliveriesWaiting], oldestMs: oldestDeliveryMs },
        }))}
        stepSeconds={stepSeconds}
        urlOf={() => deliveriesUrlOf({ state: 'waiting' })}
        onSpan={showSpan}
      />
    </div>
  );
}

function JobCharts({ overview: { points, stepSeconds } }: { overview: Overview }) {
  return (
    <div className={thirds}>
      <EndedChart
        points={points}
        stepSeconds={stepSeconds}
        urlOf={(point) => stepUrl(point, stepSeconds)}
        onSpan={showSpan}
      />
      <PercentilesChart
        title="Duration"
        label="Duration of jobs over time, percentiles"
        rows={points.map(({ at, duration }) => ({ at, took: duration }))}
        stepSeconds={stepSeconds}
        urlOf={(row) => stepUrl(row, stepSeconds)}
        onSpan={showSpan}
      />
      <BacklogChart
        title="Backlog"
        label="Jobs that waited over time, and the age of the oldest"
        counted={[
          { name: 'Retrying', colour: 'var(--color-retrying)' },
          { name: 'Queued', colour: 'var(--color-queued)' },
        ]}
        rows={points.map(({ at, queued, retrying, oldestQueuedMs }) => ({
          ...{ at, counts: [retrying, queued], oldestMs: oldestQueuedMs },
        }))}
        stepSeconds={stepSeconds}
        urlOf={({ counts: [, queued] }) => jobsUrl({ state: queued ? 'queued' : 'retrying' })}
        onSpan={showSpan}
      />
    </div>
  );
}

const halves = 'grid min-w-0 grid-cols-2 gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0';
const thirds = 'grid min-w-0 grid-cols-3 gap-4 max-lg:grid-cols-1 max-sm:gap-3 [&>*]:min-w-0';

function Loading() {
  return (
    <div className="grid gap-4 max-sm:gap-3" aria-hidden>
      <FigureStripSkeleton />
      <FigureStripSkeleton />
      <div className={halves}>
        <div className="card h-[257px]" />
        <div className="card h-[257px]" />
      </div>
    </div>
  );
}
