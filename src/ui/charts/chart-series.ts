/** One course of a chart. */
export type ChartSeries<Point> = {
  /** Name of the series, unlike those of the others in the chart. */
  key: string;
  colour: string;
  kind: 'area' | 'bar' | 'line';
  /** Returns the value of a step; null if there is none, which leaves a gap. */
  value: (point: Point) => number | null;
  /** Stands upon the stacked series before it. */
  stacked?: boolean;
  /** Is measured by the axis on the right. */
  right?: boolean;
  /** Opacity of the surface of an area or of a bar, 0 – 1. */
  fill?: number;
  /** False: the area has no line along its top. */
  outlined?: boolean;
  dashed?: boolean;
};

/** The lower and the upper end of a series in each step; null where it has no value. */
export type Extent = readonly [low: number, high: number] | null;

/** Returns the ends of all series in all steps, with stacked series one upon the other. */
export function extentsOf<Point>(series: readonly ChartSeries<Point>[], points: readonly Point[]): Extent[][] {
  const tops = points.map(() => 0);
  return series.map(({ value, stacked }) =>
    points.map((point, index): Extent => {
      const height = value(point);
      if (height === null) return null;
      if (!stacked) return [0, height];
      const low = tops[index] ?? 0;
      tops[index] = low + height;
      return [low, low + height];
    }),
  );
}

/** Returns the highest end of some extents; 0 without any. */
export function highestOf(extents: readonly (readonly Extent[])[]): number {
  return extents.flat().reduce((most, extent) => Math.max(most, extent?.[1] ?? 0), 0);
}

/** Returns two to four ticks at round whole numbers, the last of which reaches the highest count. */
export function countTicks(highest: number): number[] {
  const wanted = 3;
  const rough = Math.max(1, highest / wanted);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.max(1, Math.ceil(highest / step)) + 1 }, (_, index) => index * step);
}

/** Where values and steps are drawn, in pixels. */
export type Place = { x: (index: number) => number; y: (value: number) => number };

/** Returns the path along the tops of a series. A step without neighbours makes no line and is left out. */
export function linePath(extents: readonly Extent[], { x, y }: Place): string {
  return runsOf(extents)
    .filter((run) => run.length > 1)
    .map((run) => run.map(([index, [, high]], at) => `${at === 0 ? 'M' : 'L'}${x(index)} ${y(high)}`).join(''))
    .join('');
}

/** Returns the path around the surface of a series. */
export function areaPath(extents: readonly Extent[], { x, y }: Place): string {
  return runsOf(extents)
    .map((run) => {
      const top = run.map(([index, [, high]]) => `${x(index)} ${y(high)}`);
      const bottom = run.map(([index, [low]]) => `${x(index)} ${y(low)}`).reverse();
      return `M${[...top, ...bottom].join('L')}Z`;
    })
    .join('');
}

/** Returns the steps without neighbours, which are drawn as dots. */
export function lonePlaces(extents: readonly Extent[]): [index: number, value: number][] {
  return runsOf(extents).flatMap((run) => {
    const [only] = run;
    return run.length === 1 && only ? [[only[0], only[1][1]]] : [];
  });
}

type Run = [index: number, ends: readonly [number, number]][];

function runsOf(extents: readonly Extent[]): Run[] {
  const runs: Run[] = [];
  let run: Run = [];
  extents.forEach((extent, index) => {
    if (extent !== null) run.push([index, extent]);
    if ((extent === null || index === extents.length - 1) && run.length > 0) {
      runs.push(run);
      run = [];
    }
  });
  return runs;
}
