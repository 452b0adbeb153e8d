'use client';

import type { StatRange, StatSpan } from '#src/contract/stats/stat-range.ts';
import type { EndpointPoint, EndpointStats } from '#src/contract/stats/stats.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { countText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { SpanPicker } from '#src/ui/charts/span-picker.tsx';
import { shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';

const series = [
  { name: 'Delivered', key: 'delivered', colour: 'var(--color-completed)' },
  { name: 'Failed, tried again', key: 'triedAgain', colour: 'var(--color-retrying)' },
  { name: 'Given up', key: 'failed', colour: 'var(--color-failed)' },
] as const;

const ranges: readonly { value: StatRange; label: string }[] = [
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
];

/** A point whose failures are counted once: those that were tried again, and those that were given up. */
type ShownPoint = EndpointPoint & { triedAgain: number };

type Props = {
  stats: EndpointStats | undefined;
  error: unknown;
  onRetry: () => void;
  span: StatSpan;
  onSpan: (span: StatSpan) => void;
};

/** Shows an endpoint's successful and failed deliveries over time. */
export function DeliveriesChart({ stats, error, onRetry, span, onSpan }: Props) {
  const title = 'Deliveries';
  if (!stats && error)
    return (
      <Card label={title}>
        <Failure error={error} what="The statistics could not be loaded" onRetry={onRetry} />
      </Card>
    );
  if (!stats) return <div className="card h-[257px]" aria-hidden />;
  const points = stats.points.map((point) => ({
    ...point,
    triedAgain: Math.max(0, point.failedTries - point.failed),
  }));
  return (
    <ChartCard
      title={title}
      legend={
        <>
          <Legend items={series} />
          <SpanPicker span={span} onChange={onSpan} options={ranges} />
        </>
      }
      table={
        <PointTable<ShownPoint>
          label={title}
          points={points}
          stepSeconds={stats.stepSeconds}
          columns={series.map(({ name, key }) => ({ name, value: (point) => countText(point[key]) }))}
        />
      }
    >
      <TimeChart<ShownPoint>
        label="Deliveries over time, by outcome"
        points={points}
        stepSeconds={stats.stepSeconds}
        series={series.map(({ key, colour }) => ({
          key,
          colour,
          kind: 'bar',
          stacked: true,
          value: (point) => point[key],
        }))}
        axis={shortCount}
        onSpan={(from, to) => onSpan({ from, to })}
        lines={(point) => series.map(({ name, key, colour }) => ({ name, colour, value: countText(point[key]) }))}
      />
    </ChartCard>
  );
}
