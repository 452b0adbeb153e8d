'use client';

import type { Percentiles } from '#src/contract/stats/stats.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { axisDuration, durationTicks } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

const series = [
  { name: 'p50', colour: 'var(--color-accent)', line: true },
  { name: 'p95', colour: 'var(--color-in-progress)', line: true },
  { name: 'p99', colour: 'var(--color-control-line)', line: true },
] as const;

type Row = { at: string; took: Percentiles | null };
type Props = {
  title: string;
  label: string;
  rows: readonly Row[];
  stepSeconds: number;
  /** Returns the address of what was measured in a step. */
  urlOf: (row: Row) => string;
  onSpan: (from: string, to: string) => void;
};

/** Shows how long something took over time, by percentiles. */
export function PercentilesChart({ title, label, rows, stepSeconds, urlOf, onSpan }: Props) {
  const hrefOf = (row: Row) => (row.took === null ? null : urlOf(row));
  const text = ({ took }: Row, name: keyof Percentiles) => (took === null ? '–' : tookText(took[name]));
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
          columns={series.map(({ name }) => ({ name, value: (row) => text(row, name) }))}
        />
      }
    >
      <TimeChart<Row>
        label={label}
        points={rows}
        stepSeconds={stepSeconds}
        series={series.map(({ name, colour }) => ({
          ...{ key: name, colour, kind: 'line', dashed: name === 'p99', value: ({ took }) => took?.[name] ?? null },
        }))}
        axis={axisDuration}
        ticks={durationTicks(Math.max(1, ...rows.map(({ took }) => took?.p99 ?? 0)))}
        hrefOf={hrefOf}
        onSpan={onSpan}
        lines={(row) => series.map(({ name, colour }) => ({ name, colour, value: text(row, name) }))}
      />
    </ChartCard>
  );
}
