import { type RunListInput, type RunState, runStates } from '#src/contract/run/run-view.ts';
import { limits } from '#src/domain/limits.ts';

/** Filters that decide which runs are shown. All of them are in the address. */
export type RunFilters = {
  state: RunState | null;
  /** Path of the route. */
  name: string;
  label: string;
  cursor: string | null;
};

export const runPageSize = 25;

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readRunFilters(search: URLSearchParams): RunFilters {
  const state = search.get('state') as RunState;
  return {
    state: runStates.includes(state) ? state : null,
    name: (search.get('name') ?? '').slice(0, limits.urlLength),
    label: (search.get('label') ?? '').slice(0, limits.labelLength),
    cursor: search.get('cursor'),
  };
}

/** Returns the address of a list. Another filter begins at the newest page again. */
export function runListUrl(filters: RunFilters, change: Partial<RunFilters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(next)) if (value) search.set(key, value);
  return search.size > 0 ? `/runs?${search}` : '/runs';
}

export function runInputOf({ state, name, label, cursor }: RunFilters): RunListInput {
  return {
    limit: runPageSize,
    ...(state && { state }),
    ...(name && { name }),
    ...(label && { label }),
    ...(cursor && { cursor }),
  };
}
