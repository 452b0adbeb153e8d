'use client';

import { useRouter } from 'next/navigation';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { ChartDrawing } from './chart-drawing.tsx';
import { type ChartSeries, countTicks, extentsOf, highestOf } from './chart-series.ts';
import { ChartTooltip, type TooltipLine } from './chart-tooltip.tsx';
import { stepText, tickText, tickTimes } from './ticks.ts';
import { useStepPointer } from './use-step-pointer.ts';

type Props<Point> = {
  /** Description of the chart for users who cannot see it. The table of the card has the numbers. */
  label: string;
  points: readonly Point[];
  stepSeconds: number;
  height?: number;
  series: readonly ChartSeries<Point>[];
  /** Formats the labels of the left axis. */
  axis: (value: number) => string;
  /** Formats the labels of the axis on the right. Without it there is none. */
  rightAxis?: (value: number) => string;
  /** Ticks of an axis, which ends at the last one. Without them the axis has round whole numbers. */
  ticks?: readonly number[];
  rightTicks?: readonly number[];
  lines: (point: Point) => TooltipLine[];
  /** Returns the address that a click on a step opens; null if a click does nothing. */
  hrefOf?: (point: Point) => string | null;
  /** Called with the time span over which the pointer was dragged. Without it nothing can be dragged over. */
  onSpan?: ((from: string, to: string) => void) | undefined;
};

const axisWidth = 44;
const margin = { top: 6, bottom: 22, right: 8 };
/** Width before the first measurement. */
const assumedWidth = 560;

/** Shows series over time, with the grid, axes and tooltip of all charts. */
export function TimeChart<Point extends { at: string }>(props: Props<Point>) {
  const { label, points, stepSeconds, height = 190, series, axis, rightAxis, lines, hrefOf, onSpan } = props;
  const router = useRouter();
  const { zone } = useTimes();
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box);
  const inner = {
    left: axisWidth,
    right: width - (rightAxis ? axisWidth : margin.right),
    bottom: height - margin.bottom,
  };
  const band = Math.max(1, inner.right - inner.left) / Math.max(1, points.length);
  const x = (index: number) => inner.left + (index + 0.5) * band;
  const extents = extentsOf(series, points);
  const ofSide = (right: boolean) => extents.filter((_, index) => (series[index]?.right ?? false) === right);
  const leftTicks = props.ticks ?? countTicks(highestOf(ofSide(false)));
  const rightTicks = props.rightTicks ?? countTicks(highestOf(ofSide(true)));
  const scale = (ticks: readonly number[]) => (value: number) =>
    inner.bottom - (value / (ticks.at(-1) || 1)) * (inner.bottom - margin.top);
  const [left, right] = [
    { x, y: scale(leftTicks) },
    { x, y: scale(rightTicks) },
  ];
  const pointer = useStepPointer(box, {
    stepAt: (px) => Math.min(points.length - 1, Math.max(0, Math.floor((px - inner.left) / band))),
    onPick(index) {
      const point = points[index];
      const href = point && hrefOf?.(point);
      if (href) router.push(href);
    },
    onDrag: onSpan && ((first, last) => onSpan(...spanOf(points, first, last, stepSeconds))),
  });
  const shown = pointer.at === null ? undefined : points[pointer.at];
  return (
    <figure
      ref={box}
      aria-label={label}
      className={`relative m-0 touch-pan-y select-none ${hrefOf ? 'cursor-pointer' : onSpan ? 'cursor-crosshair' : ''}`}
      style={{ height }}
      {...pointer.handlers}
    >
      <svg width={width} height={height} aria-hidden className="absolute inset-0 block">
        <Grid places={leftTicks.map(left.y)} from={inner.left} to={inner.right} />
        {pointer.dragged && (
          <rect
            x={x(pointer.dragged[0]) - band / 2}
            y={margin.top}
            width={(pointer.dragged[1] - pointer.dragged[0] + 1) * band}
            height={inner.bottom - margin.top}
            fill="var(--color-accent)"
            fillOpacity={0.14}
          />
        )}
        {pointer.at !== null && (
          <rect
            x={x(pointer.at) - band / 2}
            y={margin.top}
            width={band}
            height={inner.bottom - margin.top}
            className="fill-active"
          />
        )}
        <ChartDrawing series={series} extents={extents} left={left} right={right} band={band} />
        <Labels texts={leftTicks.map((tick) => [axis(tick), left.y(tick)])} x={inner.left - 8} anchor="end" />
        {rightAxis && (
          <Labels
            texts={rightTicks.map((tick) => [rightAxis(tick), right.y(tick)])}
            x={inner.right + 8}
            anchor="start"
          />
        )}
        <TimeLabels points={points} stepSeconds={stepSeconds} x={x} y={height - 6} right={width} />
      </svg>
      {shown && pointer.at !== null && (
        <div className="pointer-events-none absolute top-2 z-10" style={tooltipPlace(x(pointer.at), band, width)}>
          <ChartTooltip head={stepText(shown.at, stepSeconds, zone)} lines={lines(shown)} />
        </div>
      )}
    </figure>
  );
}

/** Returns the width of an element, also after it has changed. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(assumedWidth);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth || assumedWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** Returns the time from the beginning of one step to the end of another. */
function spanOf(
  points: readonly { at: string }[],
  first: number,
  last: number,
  stepSeconds: number,
): [from: string, to: string] {
  const from = points[first]?.at ?? '';
  return [from, new Date(Date.parse(points[last]?.at ?? from) + stepSeconds * 1_000).toISOString()];
}

/** Returns the place of the tooltip: beside its step, at the side with more room. */
function tooltipPlace(x: number, band: number, width: number) {
  const gap = band / 2 + 8;
  return x > width / 2 ? { right: width - x + gap } : { left: x + gap };
}

function Grid({ places, from, to }: { places: number[]; from: number; to: number }) {
  return places.map((y) => <line key={y} x1={from} x2={to} y1={y} y2={y} stroke="var(--color-border)" />);
}

type LabelsProps = { texts: [text: string, y: number][]; x: number; anchor: 'start' | 'end' };

function Labels({ texts, x, anchor }: LabelsProps) {
  return texts.map(([text, y]) => (
    <text key={y} x={x} y={y} dy="0.35em" textAnchor={anchor} className={labelClass}>
      {text}
    </text>
  ));
}

const labelClass = 'fill-fg-subtle text-[11px]';
/** Least distance between two labels of the time axis, in pixels. */
const labelWidth = 46;

type TimeLabelsProps = {
  points: readonly { at: string }[];
  stepSeconds: number;
  x: (index: number) => number;
  y: number;
  right: number;
};

function TimeLabels({ points, stepSeconds, x, y, right }: TimeLabelsProps) {
  const { zone } = useTimes();
  const wanted = new Set(tickTimes(points, stepSeconds, zone));
  let last = Number.NEGATIVE_INFINITY;
  return points.map(({ at }, index) => {
    if (!wanted.has(at) || x(index) - last < labelWidth || x(index) > right - 16) return null;
    last = x(index);
    return (
      <text key={at} x={x(index)} y={y} textAnchor="middle" className={labelClass}>
        {tickText(at, stepSeconds, zone)}
      </text>
    );
  });
}
