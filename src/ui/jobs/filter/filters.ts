import type { JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import { type JobSearchName, type JobWords, jobFilterOf, jobGrammar } from '#src/contract/search/job-search.ts';
import { readFilter } from '#src/contract/search/search-grammar.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseMetadataMatch, parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import { type ChosenRange, rangeInput, readRange } from '#src/ui/parts/table/chosen-range.ts';

/** Values that decide which jobs are shown, and with which columns. All of them are in the address. */
export type Filters = ChosenRange &
  Omit<JobWords, 'state'> & {
    state: JobState | null;
    /** Paths into the metadata that have columns of their own. */
    columns: readonly string[];
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
  operation: 'operation',
  callback: 'callback',
  endpoint: 'endpoint',
  attempts: 'attempts',
  duration: 'duration',
} as const satisfies Partial<Record<JobSearchName, string>>;
export type NamedFilter = keyof typeof namedFilters;
export const filterNames = Object.keys(namedFilters) as NamedFilter[];

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readFilters(search: URLSearchParams): Filters {
  const state = search.get('state') as JobState;
  const before = search.get('before');
  return {
    ...readNamedFilters(search),
    state: jobStates.includes(state) ? state : null,
    text: (search.get('q') ?? '').slice(0, readLimits.searchTextLength),
    metadata: all(search, 'meta', readLimits.metadataMatchLength, readLimits.metadataMatches, parseMetadataMatch),
    columns: all(search, 'column', readLimits.metadataPathLength, readLimits.metadataColumns, parseMetadataPath),
    ...readRange(search),
    cursor: before === null ? search.get('cursor') : null,
    before,
  };
}

function readNamedFilters(search: URLSearchParams): Record<NamedFilter, string> {
  const values = filterNames.map((name): [NamedFilter, string] => {
    const given = search.get(namedFilters[name]);
    const read = given ? readFilter(name, given, jobGrammar) : { allowed: '' };
    return [name, 'value' in read ? read.value : ''];
  });
  return Object.fromEntries(values) as Record<NamedFilter, string>;
}

/** Returns the values of a name that make sense, each once. */
function all(
  search: URLSearchParams,
  name: string,
  length: number,
  most: number,
  parse: (text: string) => object | null,
): string[] {
  const fitting = search.getAll(name).filter((text) => text.length <= length && parse(text) !== null);
  return [...new Set(fitting)].slice(0, most);
}

/** Returns the query of a list's address without its page. Saved views store this query. */
export function filtersQuery(filters: Filters): string {
  const search = filterParams(filters);
  for (const path of filters.columns) search.append('column', path);
  return search.toString();
}

function filterParams(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  if (filters.state) search.set('state', filters.state);
  if (filters.text) search.set('q', filters.text);
  for (const name of filterNames) if (filters[name]) search.set(namedFilters[name], filters[name]);
  for (const match of filters.metadata) search.append('meta', match);
  if (filters.last) search.set('last', filters.last);
  if (filters.from) search.set('from', filters.from);
  if (filters.to) search.set('to', filters.to);
  if (filters.by) search.set('by', filters.by);
  return search;
}

/** Returns the address of a list. Another filter begins at the newest page again. */
export function filtersUrl(filters: Filters, change: Partial<Filters> = {}): string {
  const next = { ...filters, cursor: null, before: null, ...change };
  const search = new URLSearchParams(filtersQuery(next));
  if (next.cursor) search.set('cursor', next.cursor);
  if (next.before) search.set('before', next.before);
  return search.size > 0 ? `/jobs?${search}` : '/jobs';
}

/** Returns the address of all jobs, with the columns that are chosen. */
export function unfilteredUrl({ columns }: Pick<Filters, 'columns'>): string {
  return filtersUrl({ ...readFilters(new URLSearchParams()), columns });
}

export function isFiltered(filters: Filters): boolean {
  return filterParams(filters).size > 0;
}

/** Returns the filter as the server takes it. `nowMs` is the end of a range like "the last hour". */
export function filterInputOf(filters: Filters, nowMs: number): JobFilterInput {
  return { ...jobFilterOf({ ...filters, state: filters.state ?? '' }), ...rangeInput(filters, nowMs) };
}

export function listInputOf(filters: Filters, nowMs: number): ListInput {
  return {
    limit: pageSize,
    ...filterInputOf(filters, nowMs),
    ...(filters.columns.length > 0 && { metadataColumns: [...filters.columns] }),
    ...(filters.cursor && { cursor: filters.cursor }),
    ...(filters.before && { before: filters.before }),
  };
}
