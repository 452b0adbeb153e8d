import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { deliveryWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';

/** A delivery with the state of its endpoint. Both are null for a callback to a URL given with the job. */
export type HurriedRow = {
  id: string;
  state: DeliveryState;
  endpoint_id: string | null;
  endpoint_state: 'enabled' | 'disabled' | null;
};

/**
 * Locks a delivery and its endpoint, the endpoint first as the gate does, and returns them; undefined if the project has
 * no such delivery.
 */
export async function lockToHurry(tx: Tx, projectId: string, id: string): Promise<HurriedRow | undefined> {
  await tx.run(
    'lock_endpoint_to_hurry',
    `select id from endpoint where id = (select endpoint_id from delivery where project_id = $1 and id = $2) for update`,
    [projectId, id],
  );
  const rows = await tx.run<HurriedRow>(
    'lock_to_hurry',
    `select d.id, d.state, d.endpoint_id, (select e.state from endpoint e where e.id = d.endpoint_id) as endpoint_state
     from delivery d where d.project_id = $1 and d.id = $2 for update of d`,
    [projectId, id],
  );
  return rows[0];
}

/**
 * Makes a waiting delivery due now, out of its line too and before others of its endpoint. The caller makes its message.
 */
export async function hurryDelivery(tx: Tx, id: string): Promise<void> {
  await tx.run(
    'hurry_delivery',
    `update delivery set next_attempt_at = now(), admitted_at = now(), granted = endpoint_id is not null
     where id = $1 and ${deliveryWaits()}`,
    [id],
  );
}

/** Locks the oldest delivery that waits for an endpoint, and returns its id; undefined if none waits. */
export async function lockOldestWaiting(tx: Tx, projectId: string, endpointId: string): Promise<string | undefined> {
  const rows = await tx.run<{ id: string }>(
    'lock_oldest_waiting',
    `select id from delivery where project_id = $1 and endpoint_id = $2 and ${deliveryWaits()}
     order by created_at limit 1 for update skip locked`,
    [projectId, endpointId],
  );
  return rows[0]?.id;
}
