import { type StatRange, statRangeMs, statRanges } from '#src/contract/stats/stat-range.ts';

/**
 * A range of times of creation, or of ends if `by` is `end`: one of the usual ranges that end now, or limits in ISO 8601.
 */
export type ChosenRange = { last: StatRange | null; from: string; to: string; by: 'end' | '' };

/** Returns an instant of an address; an empty text if it is none. */
export function readInstant(text: string | null): string {
  return text !== null && /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** Reads a range from an address. */
export function readRange(search: URLSearchParams): ChosenRange {
  const last = search.get('last') as StatRange;
  return {
    last: statRanges.includes(last) ? last : null,
    from: readInstant(search.get('from')),
    to: readInstant(search.get('to')),
    by: search.get('by') === 'end' ? 'end' : '',
  };
}

type Limits = { from?: string; to?: string; endedFrom?: string; endedTo?: string };

/** Returns the limits of a range as the server takes them. `nowMs` is the end of a range like "the last hour". */
export function rangeInput({ last, from, to, by }: ChosenRange, nowMs: number): Limits {
  const first = last ? new Date(nowMs - statRangeMs[last].range).toISOString() : from;
  const end = last ? '' : to;
  return by === 'end'
    ? { ...(first && { endedFrom: first }), ...(end && { endedTo: end }) }
    : { ...(first && { from: first }), ...(end && { to: end }) };
}
