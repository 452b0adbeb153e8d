import { type StatRange, statRangeMs, statRanges } from '#src/contract/stats/stat-range.ts';

/**
 * A range of times of creation, of ends if `by` is `end`, or of failed attempts if it is `attempt`: one of the usual ranges
 * that end now, or limits in ISO 8601.
 */
export type ChosenRange = { last: StatRange | null; from: string; to: string; by: RangeBy };

/** What the times of a range are of. Only lists of deliveries know `attempt`. */
export type RangeBy = 'end' | 'attempt' | '';

/** Returns an instant of an address; an empty text if it is none. */
export function readInstant(text: string | null): string {
  return text !== null && /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** Reads a range from an address. `known` are the kinds of times that the list knows, beside that of creation. */
export function readRange(search: URLSearchParams, known: readonly RangeBy[] = ['end']): ChosenRange {
  const last = search.get('last') as StatRange;
  const by = search.get('by') as RangeBy;
  return {
    last: statRanges.includes(last) ? last : null,
    from: readInstant(search.get('from')),
    to: readInstant(search.get('to')),
    by: known.includes(by) ? by : '',
  };
}

const limitNames = {
  '': ['from', 'to'],
  end: ['endedFrom', 'endedTo'],
  attempt: ['attemptFailedFrom', 'attemptFailedTo'],
} as const satisfies Record<RangeBy, readonly [string, string]>;

type Limits = Partial<Record<(typeof limitNames)[RangeBy][number], string>>;

/** Returns the limits of a range as the server takes them. `nowMs` is the end of a range like "the last hour". */
export function rangeInput({ last, from, to, by }: ChosenRange, nowMs: number): Limits {
  const first = last ? new Date(nowMs - statRangeMs[last].range).toISOString() : from;
  const end = last ? '' : to;
  const [fromName, toName] = limitNames[by];
  return { ...(first && { [fromName]: first }), ...(end && { [toName]: end }) };
}
