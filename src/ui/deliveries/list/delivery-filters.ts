import type { DeliveryFilterInput, DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { isDeliveryStatus, openDeliveryStates } from '#src/contract/event/delivery-words.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { type ChosenRange, rangeInput, readRange } from '#src/ui/parts/table/chosen-range.ts';

/** Tab of the list: a state, the states of all deliveries that have not ended, or of those that wait for an attempt. */
export type DeliveryTab = DeliveryState | 'open' | 'waiting';

/** Filters that decide which deliveries are shown. All of them are in the address. */
export type DeliveryFilters = ChosenRange & {
  state: DeliveryTab | null;
  text: string;
  endpoint: string;
  type: string;
  /** Last status: `404`, a class like `5xx`, or a word like `timeout`. */
  status: string;
  job: string;
  /** Origin of URLs that jobs brought along. */
  origin: string;
  /** Operation that sent the deliveries again. */
  operation: string;
  /** Kind of failure: host, cause and rule. */
  failure: string;
  cursor: string | null;
  before: string | null;
};

export const deliveryPageSize = 20;

const nameOfText = 'q';

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readDeliveryFilters(search: URLSearchParams): DeliveryFilters {
  const state = search.get('state') as DeliveryTab;
  const status = search.get('status') ?? '';
  const before = search.get('before');
  const origin = search.get('origin') ?? '';
  return {
    state: state === 'waiting' || state === 'open' || deliveryStates.includes(state) ? state : null,
    text: (search.get(nameOfText) ?? '').slice(0, 200),
    endpoint: (search.get('endpoint') ?? '').slice(0, 64),
    type: (search.get('type') ?? '').slice(0, 64),
    status: isDeliveryStatus(status) ? status : '',
    job: (search.get('job') ?? '').slice(0, 64),
    origin: /^https?:\/\/[^/?#\s]+$/.test(origin) ? origin.slice(0, 300) : '',
    operation: (search.get('operation') ?? '').slice(0, 64),
    failure: (search.get('failure') ?? '').slice(0, readLimits.failureLength),
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
  const { state, text, endpoint, type, status, job, origin, operation, failure } = filters;
  return {
    ...(state && { state: statesOf(state) }),
    ...(text && { text }),
    ...(endpoint && { endpointId: endpoint }),
    ...(type && { type }),
    ...(status && { status }),
    ...(job && { jobId: job }),
    ...(origin && { origin }),
    ...(operation && { operation }),
    ...(failure && { failure }),
    ...rangeInput(filters, nowMs),
  };
}

function statesOf(tab: DeliveryTab): DeliveryState | DeliveryState[] {
  if (tab === 'waiting') return ['pending', 'retrying'];
  return tab === 'open' ? [...openDeliveryStates] : tab;
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
