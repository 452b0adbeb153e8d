'use client';

import { Line } from 'recharts';
import type { Overview } from '#src/contract/stats/stats.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { Legend } from '#src/ui/charts/legend.tsx';
import { loneDot } from '#src/ui/charts/lone-dot.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { listTitle, stepUrl } from '#src/ui/charts/range.ts';
import { axisDuration, durationTicks } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

const series = [
  { name: 'p50', colour: 'var(--color-accent)', line: true },
  { name: 'p95', colour: 'var(--color-in-progress)', line: true },
  { name: 'p99', colour: 'var(--color-control-line)', line: true },
] as const;

type Row = { at: string; p50: number | null; p95: number | null; p99: number | null };

/** Shows how long jobs took from their submission to their end. */
export function DurationChart({ overview: { points, stepSeconds } }: { overview: Overview }) {
  const title = 'Duration';
  const rows = points.map(
    ({ at, duration }): Row => ({
      at,
      p50: duration?.p50 ?? null,
      p95: duration?.p95 ?? null,
      p99: duration?.p99 ?? null,
    }),
  );
  const hrefOf = (row: Row) => (row.p50 === null ? null : stepUrl(row, stepSeconds, { state: 'completed' }));
  const text = (ms: number | null) => (ms === null ? '–' : tookText(ms));
  return (
    <ChartCard
      title={title}
      legend={<Legend items={series} />}
      table={
        <PointTable<Row>
          label={title}
          points={rows}
          stepSeconds={stepSeconds}
          hrefOf={hrefOf}
          linkTitle={listTitle}
          columns={series.map(({ name }) => ({ name, value: (row) => text(row[name]) }))}
        />
      }
    >
      <TimeChart
        label="Duration of jobs over time, percentiles"
        points={rows}
        stepSeconds={stepSeconds}
        axis={axisDuration}
        ticks={durationTicks(Math.max(1, ...rows.map(({ p99 }) => p99 ?? 0)))}
        hrefOf={hrefOf}
        lines={(row) => series.map(({ name, colour }) => ({ name, colour, value: text(row[name]) }))}
      >
        {series.map(({ name, colour }) => (
          <Line
            key={name}
            yAxisId="left"
            dataKey={name}
            stroke={colour}
            strokeWidth={1.5}
            {...(name === 'p99' && { strokeDasharray: '3 3' })}
            dot={loneDot}
            connectNulls={false}
            isAnimationActive={false}
          />
        ))}
      </TimeChart>
    </ChartCard>
  );
}
