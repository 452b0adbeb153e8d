import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { Db } from '#src/store/db/database.ts';
import { type Asking, type Found, search } from '#src/store/search/search.ts';
import { type PageWanted, stretchOf } from '#src/store/search/stretch.ts';
import { type DeliveryFilter, deliveryParts } from './delivery-filter-parts.ts';

export type { DeliveryFilter } from './delivery-filter-parts.ts';

/** A row of `delivery` for reading, without the columns that only sending needs. */
export type ShownDeliveryRow = {
  id: string;
  job_id: string | null;
  endpoint_id: string | null;
  /** Name of the endpoint; null without one, or if it was deleted. */
  endpoint_name: string | null;
  event_id: string;
  type: string;
  url: string;
  headers: Record<string, string> | null;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: DeliveryState;
  attempt_count: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
  status: number | null;
  error: DeliveryError | null;
};

const columns = `t.id, t.job_id, t.endpoint_id, t.event_id, t.type, t.url, t.headers, t.payload, t.schedule, t.give_up_on, t.state,
  t.attempt_count, t.next_attempt_at, t.created_at, t.ended_at, t.status, t.error,
  (select n.name from endpoint n where n.id = t.endpoint_id and n.deleted_at is null) as endpoint_name`;

/** Lists deliveries, newest or oldest first, by id. Ids are ordered by time, so no offset and no count is needed. */
export async function listDeliveries(
  db: Asking,
  filter: DeliveryFilter,
  page: PageWanted,
): Promise<Found<ShownDeliveryRow>> {
  const table = { name: 'delivery', projectId: filter.projectId, columns } as const;
  return search<ShownDeliveryRow>(db, {
    table,
    parts: await deliveryParts(db, filter),
    stretch: stretchOf(filter, page),
    limit: page.limit,
  });
}

/** A delivery with the present headers of its endpoint, if it goes to one. */
export type FoundDeliveryRow = ShownDeliveryRow & {
  endpoint_headers: Record<string, string | null> | null;
  endpoint_sealed: Buffer | null;
};

export async function findDelivery(db: Db, projectId: string, id: string): Promise<FoundDeliveryRow | undefined> {
  const rows = await db.run<FoundDeliveryRow>(
    'find_delivery',
    `select ${columns}, e.headers as endpoint_headers, e.sealed as endpoint_sealed
     from delivery t left join endpoint e on e.id = t.endpoint_id where t.project_id = $1 and t.id = $2`,
    [projectId, id],
  );
  return rows[0];
}
