'use client';

import { Bar, Line } from 'recharts';
import type { Overview, StatPoint } from '#src/contract/stats/stats.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { countText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { jobsUrl } from '#src/ui/charts/range.ts';
import { axisDuration, durationTicks, shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

const series = [
  { name: 'Queued', colour: 'var(--color-queued)' },
  { name: 'Retrying', colour: 'var(--color-retrying)' },
  { name: 'Oldest age', colour: 'var(--color-accent)', line: true },
] as const;

function textOf(point: StatPoint, name: (typeof series)[number]['name']): string {
  if (name === 'Oldest age') return point.oldestQueuedMs === null ? '–' : tookText(point.oldestQueuedMs);
  const count = name === 'Queued' ? point.queued : point.retrying;
  return count === null ? '–' : countText(count);
}

/** Returns a link to jobs that wait now: which jobs waited at that time is not stored. */
function hrefOf({ queued, retrying }: StatPoint): string | null {
  if (queued) return jobsUrl({ state: 'queued' });
  return retrying ? jobsUrl({ state: 'retrying' }) : null;
}

/** Shows the number of waiting jobs and the age of the oldest one; the highest values of each step. */
export function BacklogChart({ overview: { points, stepSeconds } }: { overview: Overview }) {
  const title = 'Backlog';
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
          linkTitle="What waits now"
          columns={series.map(({ name }) => ({ name, value: (point) => textOf(point, name) }))}
        />
      }
    >
      <TimeChart
        label="Jobs that waited over time, and the age of the oldest"
        points={points}
        stepSeconds={stepSeconds}
        axis={shortCount}
        rightAxis={axisDuration}
        rightTicks={durationTicks(Math.max(1_000, ...points.map(({ oldestQueuedMs }) => oldestQueuedMs ?? 0)))}
        hrefOf={hrefOf}
        lines={(point) => series.map(({ name, colour }) => ({ name, colour, value: textOf(point, name) }))}
      >
        <Bar yAxisId="left" dataKey="retrying" stackId="waiting" fill={series[1].colour} isAnimationActive={false} />
        <Bar
          yAxisId="left"
          dataKey="queued"
          stackId="waiting"
          fill={series[0].colour}
          fillOpacity={0.6}
          isAnimationActive={false}
        />
        <Line
          yAxisId="right"
          dataKey="oldestQueuedMs"
          stroke={series[2].colour}
          strokeWidth={1.5}
          dot={false}
          isAnimationActive={false}
        />
      </TimeChart>
    </ChartCard>
  );
}
