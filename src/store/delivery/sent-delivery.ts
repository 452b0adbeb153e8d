import type { Db } from '#src/store/db/database.ts';
import { type DeliveryRow, deliveryColumns } from './delivery-rows.ts';

/** Returns all that a delivery would be sent with now; undefined if the project has no such delivery. */
export async function findSentDelivery(db: Db, projectId: string, id: string): Promise<DeliveryRow | undefined> {
  const rows = await db.run<DeliveryRow>(
    'find_sent_delivery',
    `select ${deliveryColumns.replace('d.url', 'coalesce(e.url, d.url) as url')}, s.sealed, p.body,
       e.headers as endpoint_headers, e.sealed as endpoint_sealed
     from delivery d left join endpoint e on e.id = d.endpoint_id
     left join delivery_secret s on s.delivery_id = d.id
     left join delivery_payload p on p.delivery_id = d.id
     where d.project_id = $1 and d.id = $2`,
    [projectId, id],
  );
  return rows[0];
}
