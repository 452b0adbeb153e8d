'use client';

import { Area } from 'recharts';
import type { StatPoint } from '#src/contract/stats/stats.ts';
import { ChartCard } from './chart-card.tsx';
import { countText } from './figure-text.ts';
import { Legend } from './legend.tsx';
import { PointTable } from './point-table.tsx';
import { listTitle } from './range.ts';
import { shortCount } from './ticks.ts';
import { TimeChart } from './time-chart.tsx';

const series = [
  { name: 'Completed', key: 'completed', colour: 'var(--color-completed)' },
  { name: 'Failed', key: 'failed', colour: 'var(--color-failed)' },
  { name: 'Cancelled', key: 'cancelled', colour: 'var(--color-cancelled)' },
] as const;

type Point = Pick<StatPoint, 'at' | 'completed' | 'failed' | 'cancelled'>;
type Props = {
  points: readonly Point[];
  stepSeconds: number;
  height?: number;
  /** Returns the address of the list of jobs behind a step in which some ended. */
  urlOf: (point: Point) => string;
};

/** Shows how many jobs ended, by outcome. A click opens the list of the jobs that were created by then. */
export function EndedChart({ points, stepSeconds, height, urlOf }: Props) {
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
          linkTitle={listTitle}
          columns={series.map(({ name, key }) => ({ name, value: (point) => countText(point[key]) }))}
        />
      }
    >
      <TimeChart
        label="Jobs ended over time, by outcome"
        points={points}
        stepSeconds={stepSeconds}
        {...(height && { height })}
        axis={shortCount}
        hrefOf={hrefOf}
        lines={(point) => series.map(({ name, key, colour }) => ({ name, colour, value: countText(point[key]) }))}
      >
        {series.map(({ key, colour }) => (
          <Area
            key={key}
            yAxisId="left"
            dataKey={key}
            stackId="ended"
            // An empty layer would draw its line over the line of the layer below.
            stroke={key === 'completed' ? colour : 'none'}
            fill={colour}
            fillOpacity={key === 'completed' ? 0.16 : 0.6}
            strokeWidth={1.5}
            isAnimationActive={false}
            activeDot={{ r: 3 }}
          />
        ))}
      </TimeChart>
    </ChartCard>
  );
}
