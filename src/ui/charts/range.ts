import { type StatRange, statRanges } from '#src/contract/stats/stat-range.ts';

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
export function beforeText(range: StatRange): string {
  return before[range];
}

export const defaultRange: StatRange = '24h';

/** Returns the range that the address asks for, or the default range. */
export function readRange(search: URLSearchParams): StatRange {
  const range = search.get('range') as StatRange;
  return statRanges.includes(range) ? range : defaultRange;
}

type Filter = { state?: string; host?: string; upstream?: string; to?: string };

/**
 * Returns the address of the list of jobs behind a figure or a step of a chart. Figures count jobs by the time they
 * ended. The list filters jobs by the time they were created, which may be long before. Therefore the filter has an end
 * but no beginning, and the list contains all jobs that were counted.
 */
export function jobsUrl(filter: Filter): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  return search.size > 0 ? `/jobs?${search}` : '/jobs';
}

/** Title of a link to the jobs behind a figure or a step. */
export const listTitle = 'The list goes by when jobs were made: these may have been made long before they ended';

function stepEnd(at: string, stepSeconds: number): string {
  return new Date(Date.parse(at) + stepSeconds * 1_000).toISOString();
}

/** Returns the address of the list of jobs that were created before the end of a step. */
export function stepUrl(point: { at: string }, stepSeconds: number, filter: Filter = {}): string {
  return jobsUrl({ ...filter, to: stepEnd(point.at, stepSeconds) });
}
