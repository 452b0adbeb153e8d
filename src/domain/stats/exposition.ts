import type { CumulativeHistogram } from './histogram.ts';

/** A metric with its series, named as in the Prometheus exposition format. */
export type Metric = {
  /** Name with the unit at its end, and with `_total` for a counter. */
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  series: MetricSeries[];
};

/** One series of a metric: a number, or a histogram with bounds and sum in the metric's own unit. */
export type MetricSeries = { labels: Record<string, string>; value: number | CumulativeHistogram };

/**
 * Returns metrics as text, format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). A metric
 * without series is still described, so that a server on which nothing has happened yet shows which metrics exist.
 */
export function exposition(metrics: readonly Metric[]): string {
  return `${metrics.flatMap(metricLines).join('\n')}\n`;
}

function metricLines({ name, help, type, series }: Metric): string[] {
  const head = [`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`];
  return [...head, ...series.flatMap(({ labels, value }) => seriesLines(name, labels, value))];
}

function seriesLines(name: string, labels: Record<string, string>, value: MetricSeries['value']): string[] {
  if (typeof value === 'number') return [line(name, labels, value)];
  const bucket = (le: string, count: number) => line(`${name}_bucket`, { ...labels, le }, count);
  return [
    ...value.buckets.map(({ upTo, count }) => bucket(String(upTo), count)),
    bucket('+Inf', value.count),
    line(`${name}_sum`, labels, value.sum),
    line(`${name}_count`, labels, value.count),
  ];
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
