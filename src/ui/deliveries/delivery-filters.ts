import type { DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';

/** Filters that decide which deliveries are shown. All of them are in the address. */
export type DeliveryFilters = {
  state: DeliveryState | null;
  endpoint: string;
  type: string;
  job: string;
  cursor: string | null;
};

export const deliveryPageSize = 25;

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readDeliveryFilters(search: URLSearchParams): DeliveryFilters {
  const state = search.get('state') as DeliveryState;
  return {
    state: deliveryStates.includes(state) ? state : null,
    endpoint: (search.get('endpoint') ?? '').slice(0, 64),
    type: (search.get('type') ?? '').slice(0, 64),
    job: (search.get('job') ?? '').slice(0, 64),
    cursor: search.get('cursor'),
  };
}

/** Returns the address of a list. Another filter begins at the newest page again. */
export function deliveriesUrl(filters: DeliveryFilters, change: Partial<DeliveryFilters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(next)) if (value) search.set(name, value);
  return search.size > 0 ? `/deliveries?${search}` : '/deliveries';
}

export function deliveryInputOf({ state, endpoint, type, job, cursor }: DeliveryFilters): DeliveryListInput {
  return {
    limit: deliveryPageSize,
    ...(state && { state }),
    ...(endpoint && { endpointId: endpoint }),
    ...(type && { type }),
    ...(job && { jobId: job }),
    ...(cursor && { cursor }),
  };
}
