import { failureWords } from '#src/contract/job/failure-words.ts';
import type { JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { flowLimits, gatewayLimits, readLimits } from '#src/domain/limits.ts';
import { type ChosenRange, rangeInput, readRange } from '#src/ui/parts/table/chosen-range.ts';

/** Values that decide which jobs are shown. All of them are in the address. */
export type Filters = ChosenRange & {
  state: JobState | null;
  text: string;
  host: string;
  notHost: string;
  label: string;
  /** Last status: `404`, a class like `5xx`, or a word like `timeout`. */
  status: string;
  method: string;
  /** Key of a flow. */
  flow: string;
  /** Name of an upstream. */
  upstream: string;
  /** Model that a gateway's call names. */
  model: string;
  /** Kind of failure: host, cause and rule. */
  failure: string;
  /** Id of an API key. */
  key: string;
  /** Id of the job that was run again. */
  rerunOf: string;
  /** Cursor of the page, a `nextCursor`; null for the newest page. */
  cursor: string | null;
  /** Cursor of the page from the other side, a `previousCursor`. */
  before: string | null;
};

export const pageSize = 20;

/** Filters that a user adds by name, and their names in the address. */
export const namedFilters = {
  host: 'host',
  notHost: 'not-host',
  label: 'label',
  status: 'status',
  method: 'method',
  flow: 'flow',
  upstream: 'upstream',
  model: 'model',
  failure: 'failure',
  key: 'key',
  rerunOf: 'rerun-of',
} as const;
export type NamedFilter = keyof typeof namedFilters;
export const filterNames = Object.keys(namedFilters) as NamedFilter[];

const lengths: Record<NamedFilter, number> = {
  host: 255,
  notHost: 255,
  label: 64,
  status: 32,
  method: 32,
  flow: flowLimits.keyLength,
  upstream: 64,
  model: gatewayLimits.modelLength,
  failure: readLimits.failureLength,
  key: 64,
  rerunOf: 64,
};

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readFilters(search: URLSearchParams): Filters {
  const state = search.get('state') as JobState;
  const named = (name: NamedFilter) => (search.get(namedFilters[name]) ?? '').slice(0, lengths[name]);
  const status = named('status');
  const before = search.get('before');
  return {
    state: jobStates.includes(state) ? state : null,
    text: (search.get('q') ?? '').slice(0, 200),
    host: named('host'),
    notHost: named('notHost'),
    label: named('label'),
    status: isStatusFilter(status) ? status : '',
    method: named('method'),
    flow: named('flow'),
    upstream: named('upstream'),
    model: named('model'),
    failure: named('failure'),
    key: named('key'),
    rerunOf: named('rerunOf'),
    ...readRange(search),
    cursor: before === null ? search.get('cursor') : null,
    before,
  };
}

/** Returns whether a text is a status, a class of statuses, or a word for a kind of failure. */
export function isStatusFilter(text: string): boolean {
  return /^[1-9](\d\d|xx)$/.test(text) || Object.hasOwn(failureWords, text);
}

/** Returns the query of a list's address without its page. Saved views store this query. */
export function filtersQuery(filters: Filters): string {
  const search = new URLSearchParams();
  if (filters.state) search.set('state', filters.state);
  if (filters.text) search.set('q', filters.text);
  for (const name of filterNames) if (filters[name]) search.set(namedFilters[name], filters[name]);
  if (filters.last) search.set('last', filters.last);
  if (filters.from) search.set('from', filters.from);
  if (filters.to) search.set('to', filters.to);
  if (filters.by) search.set('by', filters.by);
  return search.toString();
}

/** Returns the address of a list. Another filter begins at the newest page again. */
export function filtersUrl(filters: Filters, change: Partial<Filters> = {}): string {
  const next = { ...filters, cursor: null, before: null, ...change };
  const search = new URLSearchParams(filtersQuery(next));
  if (next.cursor) search.set('cursor', next.cursor);
  if (next.before) search.set('before', next.before);
  return search.size > 0 ? `/jobs?${search}` : '/jobs';
}

export function isFiltered(filters: Filters): boolean {
  return filtersQuery(filters) !== '';
}

/** Returns the filter as the server takes it. `nowMs` is the end of a range like "the last hour". */
export function filterInputOf(filters: Filters, nowMs: number): JobFilterInput {
  return {
    ...(filters.state && { state: filters.state }),
    ...(filters.text && { text: filters.text }),
    ...(filters.host && { host: filters.host }),
    ...(filters.notHost && { notHost: filters.notHost }),
    ...(filters.label && { label: filters.label }),
    ...(filters.status && { status: filters.status }),
    ...(filters.method && { method: filters.method }),
    ...(filters.flow && { flow: filters.flow }),
    ...(filters.upstream && { upstream: filters.upstream }),
    ...(filters.model && { model: filters.model }),
    ...(filters.failure && { failure: filters.failure }),
    ...(filters.key && { apiKeyId: filters.key }),
    ...(filters.rerunOf && { rerunOf: filters.rerunOf }),
    ...rangeInput(filters, nowMs),
  };
}

export function listInputOf(filters: Filters, nowMs: number): ListInput {
  return {
    limit: pageSize,
    ...filterInputOf(filters, nowMs),
    ...(filters.cursor && { cursor: filters.cursor }),
    ...(filters.before && { before: filters.before }),
  };
}
