import type { FoundId } from '#src/contract/shape/found-id.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Reads } from '#src/engine/deps.ts';
import { listDeliveries } from '#src/store/delivery/list-deliveries.ts';
import { findAttemptPlace } from '#src/store/job/read-attempts.ts';
import { findFlow } from '#src/store/line/flow-rows.ts';
import { findSchedule } from '#src/store/schedule/schedule-rows.ts';
import { deliveryFilter } from './delivery-search.ts';

/** Returns the place of what an id of the project names: of an attempt, an event, a flow or a schedule; null: nothing. */
export async function findId(deps: Reads, projectId: string, id: string): Promise<FoundId | null> {
  const attempt = parseId('att', id);
  if (attempt !== null) return attemptPlace(deps, projectId, attempt);
  if (parseId('evt', id) !== null) return eventPlace(deps, projectId, id);
  const flow = parseId('flow', id);
  if (flow !== null) {
    const row = await findFlow(deps.db, projectId, flow);
    return row ? { kind: 'flow', key: row.key } : null;
  }
  const schedule = parseId('sch', id);
  if (schedule === null) return null;
  const row = await findSchedule(deps.db, projectId, { id: schedule, name: null });
  return row ? { kind: 'schedule', name: row.name } : null;
}

async function attemptPlace(deps: Reads, projectId: string, attempt: string): Promise<FoundId | null> {
  const place = await findAttemptPlace(deps.db, projectId, attempt);
  if (place === null) return null;
  if (place.delivery_id !== null) return { kind: 'delivery', id: formatId('dlv', place.delivery_id), attempt: place.n };
  return place.job_id === null ? null : { kind: 'job', id: formatId('job', place.job_id), attempt: place.n };
}

async function eventPlace(deps: Reads, projectId: string, id: string): Promise<FoundId | null> {
  const filter = await deliveryFilter(deps, projectId, { text: id });
  const page = { limit: 2, beforeId: null, afterId: null, direction: 'older' } as const;
  const { rows } = await listDeliveries(deps.db, filter, page);
  const [only] = rows;
  if (!only) return null;
  return rows.length > 1 ? { kind: 'event', id } : { kind: 'delivery', id: formatId('dlv', only.id), attempt: null };
}
