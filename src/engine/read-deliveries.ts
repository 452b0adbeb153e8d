import type { DeliveryListInput, DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/delivery.ts';
import { Refusal } from '#src/contract/error-code.ts';
import { formatId, type IdPrefix, parseId } from '#src/domain/id.ts';
import { findDelivery, listDeliveries, type ShownDeliveryRow } from '#src/store/list-deliveries.ts';
import { findAttempts } from '#src/store/read-attempts.ts';
import { attemptView } from './attempt-view.ts';
import type { EngineDeps } from './deps.ts';
import { iso } from './job-view.ts';

type ReadDeps = Pick<EngineDeps, 'db'>;

/** The UUID of a delivery id, or the refusal that an id of another form is none of ours. */
export function deliveryUuid(id: string): string {
  const uuid = parseId('dlv', id);
  if (uuid === null) throw new Refusal('not_found', `there is no delivery "${id.slice(0, 64)}"`, 'id');
  return uuid;
}

export async function getDelivery(deps: ReadDeps, projectId: string, id: string): Promise<DeliveryView> {
  const row = await findDelivery(deps.db, projectId, deliveryUuid(id));
  if (!row) throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
  const tries = await findAttempts(deps.db, [row.id]);
  return {
    ...summary(row),
    headers: row.headers ?? {},
    payload: row.payload,
    scheduleSeconds: row.schedule,
    tries: tries.map(attemptView),
  };
}

export async function deliveryPage(deps: ReadDeps, projectId: string, input: DeliveryListInput): Promise<DeliveryPage> {
  const limit = input.limit ?? 20;
  const rows = await listDeliveries(deps.db, {
    projectId,
    limit: limit + 1,
    beforeId: input.cursor === undefined ? null : cursorId(input.cursor),
    states: input.state === undefined ? [] : [input.state].flat(),
    endpointId: filterId('end', 'endpointId', input.endpointId),
    jobId: filterId('job', 'jobId', input.jobId),
    type: input.type ?? null,
    from: input.from === undefined ? null : new Date(input.from),
    to: input.to === undefined ? null : new Date(input.to),
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    deliveries: page.map(summary),
    nextCursor: rows.length > limit && last ? formatId('dlv', last.id) : null,
  };
}

function cursorId(cursor: string): string {
  const id = parseId('dlv', cursor);
  if (id === null) throw new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
  return id;
}

/** A mistyped id would otherwise look like a filter that nothing matches. */
function filterId(prefix: IdPrefix, field: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const id = parseId(prefix, text);
  if (id === null) throw new Refusal('invalid_input', `${field} must be an id that begins with ${prefix}_`, field);
  return id;
}

function summary(row: ShownDeliveryRow): DeliverySummary {
  return {
    id: formatId('dlv', row.id),
    eventId: formatId('evt', row.event_id),
    jobId: row.job_id && formatId('job', row.job_id),
    endpointId: row.endpoint_id && formatId('end', row.endpoint_id),
    type: row.type,
    state: row.state,
    url: row.url,
    attempts: row.attempt_count,
    nextAttemptAt: iso(row.next_attempt_at),
    createdAt: row.created_at.toISOString(),
    endedAt: iso(row.ended_at),
    status: row.status,
    error: row.error,
  };
}
