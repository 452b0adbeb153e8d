import type { FlowListInput } from '#src/contract/flow/flow.ts';
import { readLimits } from '#src/domain/limits.ts';

/** Which flows to list: all, those with jobs that wait or run, or paused ones. */
export const flowTabs = [
  { only: null, word: 'All' },
  { only: 'busy', word: 'Busy' },
  { only: 'paused', word: 'Paused' },
] as const;

/** Filters that decide which flows are shown. All of them are in the address. */
export type FlowFilters = {
  only: (typeof flowTabs)[number]['only'];
  /** Part of the key. */
  search: string;
  /** The key after which the page begins; null for the first page. */
  cursor: string | null;
};

export const flowPageSize = 25;

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readFlowFilters(search: URLSearchParams): FlowFilters {
  return {
    only: flowTabs.find(({ only }) => only === search.get('only'))?.only ?? null,
    search: (search.get('search') ?? '').slice(0, readLimits.searchTextLength),
    cursor: search.get('cursor'),
  };
}

/** Returns the address of a list. Another filter begins at the first page again. */
export function flowListUrl(filters: FlowFilters, change: Partial<FlowFilters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(next)) if (value) search.set(name, value);
  return search.size > 0 ? `/flows?${search}` : '/flows';
}

export function flowInputOf({ only, search, cursor }: FlowFilters): FlowListInput {
  return { limit: flowPageSize, ...(only && { only }), ...(search && { search }), ...(cursor && { cursor }) };
}
