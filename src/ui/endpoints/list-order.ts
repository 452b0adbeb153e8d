import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { EndpointGlance } from '#src/contract/stats/stats.ts';
import { healthOf } from './endpoint-mark.tsx';

/** An endpoint with what is known of its deliveries; undefined until that is loaded. */
export type ListedEndpoint = { endpoint: Endpoint; glance: EndpointGlance | undefined };

/** Orders of the list. */
export const endpointOrders = [
  { value: 'trouble', label: 'Trouble first' },
  { value: 'waiting', label: 'Most waiting first' },
  { value: 'name', label: 'By name' },
] as const;

export type EndpointOrder = (typeof endpointOrders)[number]['value'];

/** Returns the endpoints whose names or URLs contain a text, in an order. `trouble` only: those that are not well. */
export function orderEndpoints(
  endpoints: readonly ListedEndpoint[],
  { order, text, nowMs }: { order: EndpointOrder; text: string; nowMs: number },
): ListedEndpoint[] {
  const part = text.trim().toLowerCase();
  const found = endpoints.filter(
    ({ endpoint: { name, url } }) => name.toLowerCase().includes(part) || url.toLowerCase().includes(part),
  );
  const byName = found.toSorted((a, b) => a.endpoint.name.localeCompare(b.endpoint.name));
  const waiting = ({ glance }: ListedEndpoint) => glance?.waiting.count ?? 0;
  const trouble = ({ endpoint }: ListedEndpoint) => rank[healthOf(endpoint, nowMs)];
  if (order === 'name') return byName;
  if (order === 'waiting') return byName.toSorted((a, b) => waiting(b) - waiting(a));
  return byName.toSorted((a, b) => trouble(a) - trouble(b) || waiting(b) - waiting(a));
}

const rank = { paused: 0, disabled: 1, failing: 2, enabled: 3 } as const;
