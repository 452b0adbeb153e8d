'use client';

import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { CartesianGrid, ComposedChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { ChartTooltip, type TooltipLine } from './chart-tooltip.tsx';
import { stepText, tickText, tickTimes } from './ticks.ts';

type Props<Point> = {
  /** Description of the chart for users who cannot see it. The table of the card has the numbers. */
  label: string;
  points: readonly Point[];
  stepSeconds: number;
  height?: number;
  /** Formats the labels of the left axis. */
  axis: (value: number) => string;
  /**
   * Formats the labels of a second axis on the right, for series with `yAxisId="right"`. Without it there is no second
   * axis.
   */
  rightAxis?: (value: number) => string;
  /** Ticks of an axis, which ends at the last one. Without them recharts chooses the ticks. */
  ticks?: readonly number[];
  rightTicks?: readonly number[];
  lines: (point: Point) => TooltipLine[];
  /** Returns the address that a click on a step opens; null if a click does nothing. */
  hrefOf?: (point: Point) => string | null;
  /** Series of the chart: Area, Line and Bar of recharts with `yAxisId="left"`. */
  children: ReactNode;
};

const tick = { fontSize: 11, fill: 'var(--color-fg-subtle)' };

function upTo(ticks: readonly number[] | undefined) {
  return ticks && { ticks: [...ticks], domain: [0, ticks.at(-1) ?? 1] };
}

/** Shows series over time, with the grid, axes and tooltip of all charts. */
export function TimeChart<Point extends { at: string }>(props: Props<Point>) {
  const { label, points, stepSeconds, height = 190, axis, rightAxis, lines, hrefOf, children } = props;
  const { ticks, rightTicks } = props;
  const router = useRouter();
  const pick = (index: number) => {
    const point = points[index];
    const href = point && hrefOf?.(point);
    if (href) router.push(href);
  };
  return (
    <figure aria-label={label} className="m-0" style={{ height }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 560, height }}>
        <ComposedChart
          data={points as Point[]}
          margin={{ top: 6, right: rightAxis ? 0 : 8, bottom: 0, left: 0 }}
          accessibilityLayer={false}
          barCategoryGap={1}
          className={hrefOf ? 'cursor-pointer' : ''}
          onClick={({ activeTooltipIndex }) => {
            if (activeTooltipIndex !== undefined && activeTooltipIndex !== null) pick(Number(activeTooltipIndex));
          }}
        >
          <CartesianGrid yAxisId="left" vertical={false} stroke="var(--color-border)" />
          <XAxis
            dataKey="at"
            ticks={tickTimes(points, stepSeconds)}
            tickFormatter={(at: string) => tickText(at, stepSeconds)}
            tick={tick}
            tickLine={false}
            axisLine={false}
            interval="preserveStartEnd"
            minTickGap={10}
            height={22}
          />
          <YAxis
            yAxisId="left"
            tickFormatter={axis}
            tick={tick}
            tickLine={false}
            axisLine={false}
            tickCount={4}
            width={44}
            allowDecimals={false}
            {...upTo(ticks)}
          />
          {rightAxis && (
            <YAxis
              yAxisId="right"
              orientation="right"
              tickFormatter={rightAxis}
              tick={tick}
              tickLine={false}
              axisLine={false}
              tickCount={4}
              width={44}
              {...upTo(rightTicks)}
            />
          )}
          <Tooltip
            isAnimationActive={false}
            cursor={{
              stroke: 'var(--color-control-line)',
              strokeDasharray: '3 3',
              fill: 'var(--color-active)',
              fillOpacity: 0.5,
            }}
            content={({ active, payload }) => {
              const point = payload?.[0]?.payload as Point | undefined;
              return active && point ? (
                <ChartTooltip head={stepText(point.at, stepSeconds)} lines={lines(point)} />
              ) : null;
            }}
          />
          {children}
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}
