import type { DeliveryFilterInput, DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import {
  type DeliverySearchName,
  type DeliveryStateWord,
  type DeliveryWords,
  deliveryFilterOfWords,
  deliveryGrammar,
} from '#src/contract/search/delivery-grammar.ts';
import { readFilter } from '#src/contract/search/search-grammar.ts';
import { readLimits } from '#src/domain/limits.ts';
import { type ChosenRange, rangeInput, readRange } from '#src/ui/parts/table/chosen-range.ts';

/** Filters that decide which deliveries are shown. All of them are in the address. */
export type DeliveryFilters = ChosenRange &
  Omit<DeliveryWords, 'state'> & {
    /** Tab of the list. */
    state: DeliveryStateWord | null;
    cursor: string | null;
    before: string | null;
  };

/** Filters that are chips. They have the same names in the address. */
export const deliveryChips = ['endpoint', 'type', 'status', 'job', 'origin', 'operation', 'failure'] as const;
export type DeliveryChip = (typeof deliveryChips)[number];

export const deliveryPageSize = 20;

const nameOfText = 'q';

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readDeliveryFilters(search: URLSearchParams): DeliveryFilters {
  const before = search.get('before');
  const read = (name: DeliverySearchName) => {
    const found = readFilter(name, search.get(name) ?? '', deliveryGrammar);
    return 'value' in found ? found.value : '';
  };
  return {
    state: (read('state') || null) as DeliveryStateWord | null,
    text: (search.get(nameOfText) ?? '').slice(0, readLimits.searchTextLength),
    ...(Object.fromEntries(deliveryChips.map((name) => [name, read(name)])) as Record<DeliveryChip, string>),
    ...readRange(search, ['end', 'attempt']),
    cursor: before === null ? search.get('cursor') : null,
    before,
  };
}

/** Returns the query of a list's address without its page. */
export function deliveriesQuery({ cursor: _, before: __, text, ...filters }: DeliveryFilters): string {
  const search = new URLSearchParams();
  if (text) search.set(nameOfText, text);
  for (const [name, value] of Object.entries(filters)) if (value) search.set(name, value);
  return search.toString();
}

/** Returns the address of a list. Another filter begins at the newest page again. */
export function deliveriesUrl(filters: DeliveryFilters, change: Partial<DeliveryFilters> = {}): string {
  const next = { ...filters, cursor: null, before: null, ...change };
  const search = new URLSearchParams(deliveriesQuery(next));
  if (next.cursor) search.set('cursor', next.cursor);
  if (next.before) search.set('before', next.before);
  return search.size > 0 ? `/deliveries?${search}` : '/deliveries';
}

/** Returns the filter as the server takes it. `nowMs` is the end of a range like "the last hour". */
export function deliveryFilterOf(filters: DeliveryFilters, nowMs: number): DeliveryFilterInput {
  return { ...deliveryFilterOfWords({ ...filters, state: filters.state ?? '' }), ...rangeInput(filters, nowMs) };
}

export function deliveryListOf(filters: DeliveryFilters, nowMs: number): DeliveryListInput {
  const { cursor, before } = filters;
  return {
    limit: deliveryPageSize,
    ...deliveryFilterOf(filters, nowMs),
    ...(cursor && { cursor }),
    ...(before && { before }),
  };
}
