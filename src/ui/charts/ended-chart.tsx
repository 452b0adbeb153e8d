'use client';

import type { StatPoint } from '#src/contract/stats/stats.ts';
import { ChartCard } from './chart-card.tsx';
import type { ChartSeries } from './chart-series.ts';
import { countText } from './figure-text.ts';
import { Legend } from './legend.tsx';
import { PointTable } from './point-table.tsx';
import { shortCount } from './ticks.ts';
import { TimeChart } from './time-chart.tsx';

const series = [
  { name: 'Completed', key: 'completed', colour: 'var(--color-completed)' },
  { name: 'Failed', key: 'failed', colour: 'var(--color-failed)' },
  { name: 'Cancelled', key: 'cancelled', colour: 'var(--color-cancelled)' },
] as const;

type Point = Pick<StatPoint, 'at' | 'completed' | 'failed' | 'cancelled'>;
const drawn = series.map(
  ({ key, colour }): ChartSeries<Point> => ({
    ...{ key, colour, kind: 'area', stacked: true, value: (point) => point[key] },
    // An empty layer would draw its line over the line of the layer below.
    ...(key !== 'completed' && { outlined: false, fill: 0.6 }),
  }),
);

type Props = {
  points: readonly Point[];
  stepSeconds: number;
  height?: number;
  /** Returns the address of the list of jobs behind a step in which some ended. */
  urlOf: (point: Point) => string;
  onSpan?: ((from: string, to: string) => void) | undefined;
};

/** Shows how many jobs ended, by outcome. A click opens the list of those of a step. */
export function EndedChart({ points, stepSeconds, height, urlOf, onSpan }: Props) {
  const title = 'Jobs ended';
  const hrefOf = (point: Point) => (series.some(({ key }) => point[key] > 0) ? urlOf(point) : null);
  return (
    <ChartCard
      title={title}
      legend={<Legend items={series} />}
      table={
        <PointTable<Point>
          label={title}
          points={points}
          stepSeconds={stepSeconds}
          hrefOf={hrefOf}
          columns={series.map(({ name, key }) => ({ name, value: (point) => countText(point[key]) }))}
        />
      }
    >
      <TimeChart
        label="Jobs ended over time, by outcome"
        points={points}
        stepSeconds={stepSeconds}
        {...(height && { height })}
        series={drawn}
        axis={shortCount}
        hrefOf={hrefOf}
        onSpan={onSpan}
        lines={(point) => series.map(({ name, key, colour }) => ({ name, colour, value: countText(point[key]) }))}
      />
    </ChartCard>
  );
}
