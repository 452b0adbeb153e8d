import { areaPath, type ChartSeries, type Extent, linePath, lonePlaces, type Place } from './chart-series.ts';

type Props<Point> = {
  series: readonly ChartSeries<Point>[];
  extents: readonly (readonly Extent[])[];
  /** Place of the values of the left and of the right axis. */
  left: Place;
  right: Place;
  /** Width of a step in pixels. */
  band: number;
};

/** Draws the series of a chart, the first one at the back. */
export function ChartDrawing<Point>({ series, extents, left, right, band }: Props<Point>) {
  return series.map((one, index) => {
    const place = one.right ? right : left;
    const ends = extents[index] ?? [];
    if (one.kind === 'bar') return <Bars key={one.key} series={one} ends={ends} place={place} band={band} />;
    return (
      <g key={one.key} data-series={one.key}>
        {one.kind === 'area' && <path d={areaPath(ends, place)} fill={one.colour} fillOpacity={one.fill ?? 0.16} />}
        {one.outlined !== false && (
          <path
            d={linePath(ends, place)}
            fill="none"
            stroke={one.colour}
            strokeWidth={1.5}
            strokeLinejoin="round"
            {...(one.dashed && { strokeDasharray: '3 3' })}
          />
        )}
        {(one.kind === 'line' || one.outlined !== false) &&
          lonePlaces(ends).map(([at, value]) => (
            <circle key={at} cx={place.x(at)} cy={place.y(value)} r={2} fill={one.colour} />
          ))}
      </g>
    );
  });
}

type BarsProps<Point> = { series: ChartSeries<Point>; ends: readonly Extent[]; place: Place; band: number };

function Bars<Point>({ series, ends, place: { x, y }, band }: BarsProps<Point>) {
  const width = Math.max(1, band - 1);
  return (
    <g data-series={series.key} fill={series.colour} fillOpacity={series.fill ?? 0.75}>
      {ends.map((extent, index) => {
        if (extent === null || extent[1] === extent[0]) return null;
        const top = y(extent[1]);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar has no other key than its step.
            key={index}
            x={x(index) - width / 2}
            y={top}
            width={width}
            height={Math.max(1, y(extent[0]) - top)}
          />
        );
      })}
    </g>
  );
}
