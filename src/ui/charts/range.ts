import { type StatRange, statRanges } from '#src/contract/stats/stat-range.ts';

/** Ranges in the words of their buttons. */
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

/** What a range is compared with. */
export function beforeText(range: StatRange): string {
  return before[range];
}

export const defaultRange: StatRange = '24h';

/** The range an address asks for. */
export function readRange(search: URLSearchParams): StatRange {
  const range = search.get('range') as StatRange;
  return statRanges.includes(range) ? range : defaultRange;
}

type Filter = { state?: string; host?: string; to?: string };

/**
 * The list of the jobs that a figure or a step of a chart is about. Figures count jobs when they end, the list goes by when
 * they were made, which may be long before: so there is an end to it, but no beginning, and what was counted is in it.
 */
export function jobsUrl(filter: Filter): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  return search.size > 0 ? `/jobs?${search}` : '/jobs';
}

/** What is said of such a link. */
export const listTitle = 'The list goes by when jobs were made: these may have been made long before they ended';

/** The end of a step. */
function stepEnd(at: string, stepSeconds: number): string {
  return new Date(Date.parse(at) + stepSeconds * 1_000).toISOString();
}

/** The list of the jobs that had been made when a step of a chart was over. */
export function stepUrl(point: { at: string }, stepSeconds: number, state?: string): string {
  return jobsUrl({ ...(state && { state }), to: stepEnd(point.at, stepSeconds) });
}
