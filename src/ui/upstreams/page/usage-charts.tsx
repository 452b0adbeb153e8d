'use client';

import type { UpstreamUsage, UsagePoint } from '#src/contract/upstream/upstream.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { EndedChart } from '#src/ui/charts/ended-chart.tsx';
import { countText, percentText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { stepUrl } from '#src/ui/charts/range.ts';
import { shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { hasLeft, LeftChart } from './rate-limits.tsx';

/** Height of the drawing of a small chart. */
const height = 132;

/** Shows in small charts when jobs ended, the share of failures, tokens, and what is left of limits: what there is of it. */
export function UsageCharts({ name, usage }: { name: string; usage: UpstreamUsage }) {
  const { points, stepSeconds } = usage;
  const some = (count: (point: UsagePoint) => number) => points.some((point) => count(point) > 0);
  const charts = [
    some(({ completed, failed, cancelled }) => completed + failed + cancelled) && (
      <EndedChart
        key="ended"
        points={points}
        stepSeconds={stepSeconds}
        height={height}
        urlOf={(point) => stepUrl(point, stepSeconds, { upstream: name })}
      />
    ),
    some(({ completed, failed }) => completed + failed) && <FailuresChart key="failures" name={name} usage={usage} />,
    some(({ inputTokens, outputTokens }) => inputTokens + outputTokens) && <TokensChart key="tokens" usage={usage} />,
    hasLeft(usage) && <LeftChart key="left" usage={usage} height={height} />,
  ].filter((chart) => chart !== false);
  if (charts.length === 0) return null;
  return (
    <div className="grid min-w-0 grid-cols-2 gap-4 max-lg:grid-cols-1 max-sm:gap-3 lg:[&>*:last-child:nth-child(odd)]:col-span-2 [&>*]:min-w-0">
      {charts}
    </div>
  );
}

type ShareRow = { at: string; failed: number; percent: number | null };
const shareSeries = { name: 'Failed', colour: 'var(--color-failed)', line: true };

function FailuresChart({ name, usage: { points, stepSeconds } }: { name: string; usage: UpstreamUsage }) {
  const title = 'Share of failures';
  const rows = points.map(({ at, completed, failed }): ShareRow => {
    const judged = completed + failed;
    return { at, failed, percent: judged === 0 ? null : (failed / judged) * 100 };
  });
  const hrefOf = (row: ShareRow) =>
    row.failed === 0 ? null : stepUrl(row, stepSeconds, { upstream: name, state: 'failed' });
  const text = ({ percent }: ShareRow) => (percent === null ? '–' : `${percentText(percent / 100)} %`);
  return (
    <ChartCard
      title={title}
      table={
        <PointTable<ShareRow>
          label={title}
          points={rows}
          stepSeconds={stepSeconds}
          hrefOf={hrefOf}
          columns={[
            { name: 'Share', value: text },
            { name: 'Failed', value: ({ failed }) => countText(failed) },
          ]}
        />
      }
    >
      <TimeChart
        label="Share of the jobs that failed, over time"
        points={rows}
        stepSeconds={stepSeconds}
        height={height}
        series={[{ key: 'percent', kind: 'line', colour: shareSeries.colour, value: ({ percent }) => percent }]}
        axis={(percent) => `${percent} %`}
        ticks={shareTicks(rows)}
        hrefOf={hrefOf}
        lines={(row) => [
          { ...shareSeries, value: countText(row.failed) },
          { name: 'Share', colour: 'transparent', value: text(row) },
        ]}
      />
    </ChartCard>
  );
}

/** Returns the ticks of an axis of percentages that reaches the highest one. */
function shareTicks(rows: readonly ShareRow[]): number[] {
  const highest = Math.max(...rows.map(({ percent }) => percent ?? 0));
  const top = [3, 15, 30, 60].find((each) => highest <= each) ?? 100;
  return top === 100 ? [0, 50, 100] : [0, top / 3, (top / 3) * 2, top];
}

type TokenRow = { at: string; input: number; output: number };
const tokenSeries = [
  { name: 'In', key: 'input', colour: 'var(--color-accent)' },
  { name: 'Out', key: 'output', colour: 'var(--color-in-progress)' },
] as const;

function TokensChart({ usage: { points, stepSeconds } }: { usage: UpstreamUsage }) {
  const title = 'Tokens per minute';
  const rows = points.map((point): TokenRow => tokenRow(point, stepSeconds / 60));
  const text = (row: TokenRow, key: 'input' | 'output') => countText(Number(row[key].toPrecision(3)));
  return (
    <ChartCard
      title={title}
      legend={<Legend items={tokenSeries} />}
      table={
        <PointTable<TokenRow>
          label={title}
          points={rows}
          stepSeconds={stepSeconds}
          columns={tokenSeries.map(({ name, key }) => ({ name, value: (row) => text(row, key) }))}
        />
      }
    >
      <TimeChart<TokenRow>
        label="Tokens per minute over time, in and out"
        points={rows}
        stepSeconds={stepSeconds}
        height={height}
        series={tokenSeries.map(({ key, colour }) => ({
          key,
          colour,
          kind: 'area',
          fill: 0.1,
          value: (row) => row[key],
        }))}
        axis={shortCount}
        lines={(row) => tokenSeries.map(({ name, key, colour }) => ({ name, colour, value: text(row, key) }))}
      />
    </ChartCard>
  );
}

function tokenRow({ at, inputTokens, outputTokens }: UsagePoint, minutes: number): TokenRow {
  return { at, input: inputTokens / minutes, output: outputTokens / minutes };
}
