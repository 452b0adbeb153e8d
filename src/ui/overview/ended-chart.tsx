'use client';

import { Area } from 'recharts';
import type { Overview, StatPoint } from '#src/contract/stats/stats.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { countText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { listTitle, stepUrl } from '#src/ui/charts/range.ts';
import { shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';

const series = [
  { name: 'Completed', key: 'completed', colour: 'var(--color-completed)' },
  { name: 'Failed', key: 'failed', colour: 'var(--color-failed)' },
  { name: 'Cancelled', key: 'cancelled', colour: 'var(--color-cancelled)' },
] as const;

/** Shows how many jobs ended, by outcome. A click opens the list of the jobs that were created by then. */
export function EndedChart({ overview: { points, stepSeconds } }: { overview: Overview }) {
  const title = 'Jobs ended';
  const hrefOf = (point: StatPoint) => (series.some(({ key }) => point[key] > 0) ? stepUrl(point, stepSeconds) : null);
  return (
    <ChartCard
      title={title}
      legend={<Legend items={series} />}
      table={
        <PointTable<StatPoint>
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
