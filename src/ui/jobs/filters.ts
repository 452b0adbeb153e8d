import type { ListInput } from '#src/contract/list.ts';
import { type JobState, jobStates } from '#src/domain/job-state.ts';

/** Everything that decides which jobs are shown; all of it stands in the address. */
export type Filters = {
  state: JobState | null;
  text: string;
  host: string;
  label: string;
  /** `404`, or a class like `5xx`. */
  status: string;
  /** Which page: a `nextCursor`, null for the newest. */
  cursor: string | null;
};

export const pageSize = 20;

/** The filters one adds by name. */
export const namedFilters = ['host', 'label', 'status'] as const;
export type NamedFilter = (typeof namedFilters)[number];

/** Reads an address; what makes no sense in it is as if it were not there. */
export function readFilters(search: URLSearchParams): Filters {
  const state = search.get('state') as JobState;
  const status = search.get('status') ?? '';
  return {
    state: jobStates.includes(state) ? state : null,
    text: (search.get('q') ?? '').slice(0, 200),
    host: (search.get('host') ?? '').slice(0, 255),
    label: (search.get('label') ?? '').slice(0, 64),
    status: isStatusFilter(status) ? status : '',
    cursor: search.get('cursor'),
  };
}

export function isStatusFilter(text: string): boolean {
  return /^[1-9](\d\d|xx)$/.test(text);
}

/** The address of a list. Another filter begins at the newest page again. */
export function filtersUrl(filters: Filters, change: Partial<Filters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  if (next.state) search.set('state', next.state);
  if (next.text) search.set('q', next.text);
  for (const name of namedFilters) if (next[name]) search.set(name, next[name]);
  if (next.cursor) search.set('cursor', next.cursor);
  return search.size > 0 ? `/jobs?${search}` : '/jobs';
}

export function isFiltered(filters: Filters): boolean {
  return filtersUrl({ ...filters, cursor: null }) !== '/jobs';
}

export function listInputOf(filters: Filters): ListInput {
  return {
    limit: pageSize,
    ...(filters.state && { state: filters.state }),
    ...(filters.text && { text: filters.text }),
    ...(filters.host && { host: filters.host }),
    ...(filters.label && { label: filters.label }),
    ...(filters.status && { status: filters.status }),
    ...(filters.cursor && { cursor: filters.cursor }),
  };
}
