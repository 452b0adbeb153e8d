import type { DeliveryListInput, DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { shownHeaders } from '#src/engine/endpoint/endpoint-headers.ts';
import { deliveryUuid } from '#src/engine/show/known-id.ts';
import { toAttempt } from '#src/engine/show/to-attempt.ts';
import { toDelivery } from '#src/engine/show/to-delivery.ts';
import {
  type FoundDeliveryRow,
  findDelivery,
  listDeliveries,
  type ShownDeliveryRow,
} from '#src/store/delivery/list-deliveries.ts';
import { findAttempts } from '#src/store/job/read-attempts.ts';
import { filterId } from './job-filter.ts';
import { searchPage } from './search-page.ts';

/** Returns a delivery with its attempts. Throws `not_found`. */
export async function getDelivery(deps: Reads & Seals, projectId: string, id: string): Promise<DeliveryView> {
  const row = await findDelivery(deps.db, projectId, deliveryUuid(id));
  if (!row) throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
  const tries = await findAttempts(deps.db, [row.id]);
  return {
    ...summary(row),
    headers: headersOf(row, deps),
    payload: row.payload,
    scheduleSeconds: row.schedule,
    giveUpOn: row.give_up_on ?? [],
    tries: tries.map(toAttempt),
  };
}

/** Returns a page of the project's deliveries, newest first. Throws `invalid_input` for a bad id or cursor. */
export async function deliveryPage(deps: Reads, projectId: string, input: DeliveryListInput): Promise<DeliveryPage> {
  const filter = {
    projectId,
    states: input.state === undefined ? [] : [...new Set([input.state].flat())],
    endpointId: filterId('end', 'endpointId', input.endpointId),
    jobId: filterId('job', 'jobId', input.jobId),
    type: input.type ?? null,
    from: input.from === undefined ? null : new Date(input.from),
    to: input.to === undefined ? null : new Date(input.to),
  };
  const { rows, cursors } = await searchPage('dlv', input, (wanted) => listDeliveries(deps.db, filter, wanted));
  return { deliveries: rows.map(summary), ...cursors };
}

function summary(row: ShownDeliveryRow): DeliverySummary {
  return {
    ...toDelivery(row),
    jobId: row.job_id && formatId('job', row.job_id),
    endpointId: row.endpoint_id && formatId('end', row.endpoint_id),
    status: row.status,
    error: row.error,
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
