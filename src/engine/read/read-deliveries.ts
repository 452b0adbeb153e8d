import type { DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import type { DeliveryCounts, DeliveryFilterInput, DeliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { openDeliveryStates } from '#src/contract/event/delivery-words.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { shownHeaders } from '#src/engine/endpoint/endpoint-headers.ts';
import { deliveryUuid } from '#src/engine/show/known-id.ts';
import { toAttempt } from '#src/engine/show/to-attempt.ts';
import { deliveryErrors, toDelivery } from '#src/engine/show/to-delivery.ts';
import { countDeliveries } from '#src/store/delivery/count-deliveries.ts';
import {
  type FoundDeliveryRow,
  findDelivery,
  listDeliveries,
  type ShownDeliveryRow,
} from '#src/store/delivery/list-deliveries.ts';
import { findAttempts } from '#src/store/job/read-attempts.ts';
import { deliveryFilter } from './delivery-search.ts';
import { searchPage } from './search-page.ts';

/** Returns a delivery with its attempts. Throws `not_found`. */
export async function getDelivery(deps: Reads & Seals, projectId: string, id: string): Promise<DeliveryView> {
  const row = await findDelivery(deps.db, projectId, deliveryUuid(id));
  if (!row) throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
  const tries = await findAttempts(deps.db, [row.id]);
  return {
    ...deliverySummary(row),
    headers: headersOf(row, deps),
    payload: row.payload,
    scheduleSeconds: row.schedule,
    giveUpOn: row.give_up_on ?? [],
    tries: tries.map(toAttempt),
  };
}

/** Returns a page of the project's deliveries, newest first. Throws `invalid_input` for a bad id or cursor. */
export async function deliveryPage(deps: Reads, projectId: string, input: DeliveryListInput): Promise<DeliveryPage> {
  const filter = await deliveryFilter(deps, projectId, input);
  const { rows, cursors } = await searchPage('dlv', input, (wanted) => listDeliveries(deps.db, filter, wanted));
  return { deliveries: rows.map(deliverySummary), ...cursors };
}

/**
 * Returns the number of deliveries that a filter finds, by state. The numbers are exact if an index leads to few
 * deliveries; otherwise they are lower bounds, marked as capped.
 */
export async function deliveryCounts(
  deps: Reads,
  projectId: string,
  input: DeliveryFilterInput,
): Promise<DeliveryCounts> {
  const most = readLimits.countedRows;
  const filter = await deliveryFilter(deps, projectId, input);
  const { counts, whole } = await countDeliveries(deps.db, filter, most);
  const sum = (states: readonly DeliveryState[]): CappedCount => {
    const count = states.reduce((total, state) => total + (counts.get(state) ?? 0), 0);
    return { count: Math.min(count, most), capped: count > most || !states.every(whole) };
  };
  const byState = deliveryStates.map((state): [DeliveryState, CappedCount] => [state, sum([state])]);
  return {
    counts: Object.fromEntries(byState) as DeliveryCounts['counts'],
    open: sum(openDeliveryStates),
    all: sum(deliveryStates),
  };
}

/** Returns a delivery as a list shows it. */
export function deliverySummary(row: ShownDeliveryRow): DeliverySummary {
  return {
    ...toDelivery(row),
    jobId: row.job_id && formatId('job', row.job_id),
    endpointId: row.endpoint_id && formatId('end', row.endpoint_id),
    endpointName: row.endpoint_name,
    status: row.status,
    ...deliveryErrors(row),
  };
}

/**
 * Returns the headers to show. An endpoint's headers are read at each attempt, so the headers of the next attempt are
 * shown.
 */
function headersOf(row: FoundDeliveryRow, { cipher }: Seals): Record<string, string> {
  const { endpoint_id: id, endpoint_headers: headers, endpoint_sealed: sealed } = row;
  return id !== null && headers !== null ? shownHeaders({ id, headers, sealed }, cipher) : (row.headers ?? {});
}
