import { type StatRange, type StatSpan, statRanges } from '#src/contract/stats/stat-range.ts';

/** Ranges with the labels of their buttons. */
export const rangeOptions: readonly { value: StatRange; label: string }[] = [
  { value: '15m', label: '15 min' },
  { value: '1h', label: '1 h' },
  { value: '6h', label: '6 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
];

const before: Record<StatRange, string> = {
  '15m': 'the 15 min before',
  '1h': 'the hour before',
  '6h': 'the 6 h before',
  '24h': 'the day before',
  '7d': 'the week before',
  '30d': 'the 30 days before',
};

/** Returns the name of the period that a range is compared with. */
export function beforeText(range: StatRange | null): string {
  return range === null ? 'as long before' : before[range];
}

export const defaultRange: StatRange = '24h';

/** Returns the time span that the address asks for, or the default range. */
export function readSpan(search: URLSearchParams): StatSpan {
  const [from, to] = [search.get('from'), search.get('to')].map((text) =>
    text === null ? Number.NaN : Date.parse(text),
  );
  if (from !== undefined && to !== undefined && from < to)
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const range = search.get('range') as StatRange;
  return { range: statRanges.includes(range) ? range : defaultRange };
}

/** Returns the address of a page with another time span. */
export function spanUrl(path: string, span: StatSpan): string {
  if (span.range === undefined) return `${path}?${new URLSearchParams({ from: span.from, to: span.to })}`;
  return span.range === defaultRange ? path : `${path}?range=${span.range}`;
}

/** Returns the time span that an answer is about. */
export function spanOf({ range, from, to }: { range: StatRange | null; from: string; to: string }): StatSpan {
  return range === null ? { from, to } : { range };
}

type Limits = { from?: string | undefined; to?: string | undefined };

/** Returns the limits of what a page counts, by when it ended. A range that ends now has no end: the list goes on. */
export function limitsOf({ range, from, to }: { range: StatRange | null; from: string; to: string }): Limits {
  return range === null ? { from, to } : { from };
}

/** Returns the limits of a step of a chart. */
export function stepLimits({ at }: { at: string }, stepSeconds: number): Limits {
  return { from: at, to: new Date(Date.parse(at) + stepSeconds * 1_000).toISOString() };
}

type JobsFilter = { state?: string; host?: string; upstream?: string; failure?: string };

/**
 * Returns the address of the list of jobs behind a figure or a step of a chart. With limits it holds the jobs that ended
 * within them, as figures count jobs.
 */
export function jobsUrl(filter: JobsFilter, limits: Limits = {}): string {
  return listUrl('/jobs', filter, limits);
}

type DeliveriesFilter = { state?: string; endpoint?: string; origin?: string; failure?: string };

/** Returns the address of the list of deliveries behind a figure. See `jobsUrl`. */
export function deliveriesUrlOf(filter: DeliveriesFilter, limits: Limits = {}): string {
  return listUrl('/deliveries', filter, limits);
}

function listUrl(path: string, filter: Record<string, string | undefined>, { from, to }: Limits): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, from, to })) if (value) search.set(name, value);
  if (from || to) search.set('by', 'end');
  return search.size > 0 ? `${path}?${search}` : path;
}

/** Returns the address of the list of jobs that ended in a step. */
export function stepUrl(point: { at: string }, stepSeconds: number, filter: JobsFilter = {}): string {
  return jobsUrl(filter, stepLimits(point, stepSeconds));
}
