'use client';

import Link from 'next/link';
import type { SeenLimit, UpstreamUsage, UsagePoint } from '#src/contract/upstream/upstream.ts';
import { ChartCard } from '#src/ui/charts/chart-card.tsx';
import { countText } from '#src/ui/charts/figure-text.ts';
import { Legend } from '#src/ui/charts/legend.tsx';
import { PointTable } from '#src/ui/charts/point-table.tsx';
import { shortCount } from '#src/ui/charts/ticks.ts';
import { TimeChart } from '#src/ui/charts/time-chart.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { jobsOf } from './usage-strip.tsx';

const kinds = [
  { name: 'Requests', key: 'requestsLeft', limit: 'requestsLimit', colour: 'var(--color-accent)', line: true },
  { name: 'Tokens', key: 'tokensLeft', limit: 'tokensLimit', colour: 'var(--color-in-progress)', line: true },
] as const;
type Kind = (typeof kinds)[number];

/** Returns the kinds of limits of which any answer of the range said how much is left. */
function toldOf(points: readonly UsagePoint[]): Kind[] {
  return kinds.filter(({ key }) => points.some((point) => point[key] !== null));
}

/** Returns true if there is something for the chart of what is left. */
export function hasLeft({ points }: UpstreamUsage): boolean {
  return toldOf(points).length > 0;
}

/** Lists the last headers of rate limits, or says that no answer had any. */
export function RateLimits({ usage }: { usage: UpstreamUsage }) {
  if (usage.limits.length > 0) return <LastHeaders limits={usage.limits} />;
  return jobsOf(usage) === 0 ? null : <NoLimits />;
}

function NoLimits() {
  return (
    <Card label="Rate limits">
      <CardHead title="Rate limits" />
      <p className="px-4 py-3 text-fg-muted">
        No answer in this range told of a rate limit, by headers such as <code>x-ratelimit-remaining-requests</code> or{' '}
        <code>retry-after</code>.
      </p>
    </Card>
  );
}

/** Shows what the answers of each step said is left of the limits of requests and of tokens. */
export function LeftChart({ usage: { points, stepSeconds }, height }: { usage: UpstreamUsage; height: number }) {
  const title = 'Rate limits, remaining';
  const told = toldOf(points);
  const [first, second] = told;
  // Tokens are counted in thousands where requests are counted in tens: each has an axis.
  const series = told.map((kind) => ({ ...kind, name: kind === second ? `${kind.name}, right` : kind.name }));
  return (
    <ChartCard
      title={title}
      legend={<Legend items={series} />}
      table={
        <PointTable<UsagePoint>
          label={title}
          points={points}
          stepSeconds={stepSeconds}
          columns={told.map((kind) => ({ name: kind.name, value: (point) => leftText(point, kind) }))}
        />
      }
    >
      <TimeChart<UsagePoint>
        label="What is left of the rate limits over time, by the last answer of each step"
        points={points}
        stepSeconds={stepSeconds}
        height={height}
        series={told.map((kind) => ({
          ...kind,
          kind: 'line',
          right: kind === second,
          value: (point) => point[kind.key],
        }))}
        axis={shortCount}
        ticks={ticksOf(points, first)}
        {...(second && { rightAxis: shortCount, rightTicks: ticksOf(points, second) })}
        lines={(point) => told.map((kind) => ({ ...kind, value: leftText(point, kind) }))}
      />
    </ChartCard>
  );
}

function leftText(point: UsagePoint, { key, limit }: Kind): string {
  const [left, of] = [point[key], point[limit]];
  if (left === null) return '–';
  return of === null ? countText(left) : `${countText(left)} of ${countText(of)}`;
}

/** Returns three ticks, the last of which is the highest limit, or a little above the most that was left. */
function ticksOf(points: readonly UsagePoint[], kind: Kind | undefined): number[] {
  if (!kind) return [0, 1];
  const most = Math.max(1, ...points.map((point) => Math.max(point[kind.key] ?? 0, point[kind.limit] ?? 0)));
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(most)) - 1);
  const top = Math.ceil(most / unit / 2) * unit * 2;
  return [0, top / 2, top];
}

function LastHeaders({ limits }: { limits: readonly SeenLimit[] }) {
  return (
    <Card label="Rate limits in the last answers">
      <CardHead title="Rate limits in the last answers" />
      <DataTable
        label="Headers of rate limits, by their names"
        compact
        head={
          <>
            <Th>Header</Th>
            <Th number className="w-[26%]">
              Value
            </Th>
            <Th number className="w-[84px] clock:w-[112px]">
              Seen
            </Th>
          </>
        }
      >
        {limits.map(({ name, value, at, job }) => (
          <Tr key={name}>
            <Td phone="main" className="truncate font-mono text-12">
              <span title={name}>{name}</span>
            </Td>
            <Td number phone="first" className="truncate font-mono text-12">
              <span title={value}>{value}</span>
            </Td>
            <Td number phone="aside" className="whitespace-nowrap">
              <Link href={`/jobs/${job}`} prefetch={false} className="link" title="The job that got this answer">
                <Ago at={at} />
              </Link>
            </Td>
          </Tr>
        ))}
      </DataTable>
    </Card>
  );
}
