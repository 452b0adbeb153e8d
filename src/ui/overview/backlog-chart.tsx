'use client';

import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { countText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { axisDuration, durationTicks, shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

/** What waited in a step, by the names of the counts; null: not measured. */
type Row = { at: string; counts: readonly (number | null)[]; oldestMs: number | null };

type Props = {
  title: string;
  label: string;
  /** What is counted, from the bottom of the bars up. */
  counted: readonly { name: string; colour: string }[];
  rows: readonly Row[];
  stepSeconds: number;
  /** Returns the address of what waits now: what waited in a step is not stored. */
  urlOf: (row: Row) => string;
  onSpan: (from: string, to: string) => void;
};

const oldest = { name: 'Oldest age', colour: 'var(--color-accent)', line: true } as const;

/** Shows how much waited over time and the age of the oldest of it; the highest values of each step. */
export function BacklogChart({ title, label, counted, rows, stepSeconds, urlOf, onSpan }: Props) {
  const hrefOf = (row: Row) => (row.counts.some((count) => count) ? urlOf(row) : null);
  const columns = [
    ...counted.map(({ name, colour }, index) => ({ name, colour, value: (row: Row) => text(row.counts[index]) })),
    { ...oldest, value: ({ oldestMs }: Row) => (oldestMs === null ? '–' : tookText(oldestMs)) },
  ];
  return (
    <ChartCard
      title={title}
      legend={<Legend items={[...counted, oldest]} />}
      table={
        <PointTable<Row>
          label={title}
          points={rows}
          stepSeconds={stepSeconds}
          hrefOf={hrefOf}
          linkTitle="What waits now"
          columns={columns}
        />
      }
    >
      <TimeChart<Row>
        label={label}
        points={rows}
        stepSeconds={stepSeconds}
        series={[
          ...counted.map(({ name, colour }, index) => ({
            ...{
              key: name,
              colour,
              kind: 'bar' as const,
              stacked: true,
              value: (row: Row) => row.counts[index] ?? null,
            },
          })),
          { key: 'oldest', colour: oldest.colour, kind: 'line', right: true, value: ({ oldestMs }) => oldestMs },
        ]}
        axis={shortCount}
        rightAxis={axisDuration}
        rightTicks={durationTicks(Math.max(1_000, ...rows.map(({ oldestMs }) => oldestMs ?? 0)))}
        hrefOf={hrefOf}
        onSpan={onSpan}
        lines={(row) => columns.map(({ name, colour, value }) => ({ name, colour, value: value(row) }))}
      />
    </ChartCard>
  );
}

function text(count: number | null | undefined): string {
  return count === null || count === undefined ? '–' : countText(count);
}
