import { deliveryWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';

/** Place of a delivery among those that wait for an endpoint, the oldest first. */
export type WaitingPlace = { id: string; created_at: Date };

/** A delivery that waits for its endpoint, with what decides its place in the line. `now_ms` is the database's clock. */
export type WaitingRow = WaitingPlace & { yields: boolean; again: boolean; now_ms: number };

/** An endpoint, the place after which to read, and the number of rows. */
export type WaitingWanted = { projectId: string; endpointId: string; after: WaitingPlace | null; limit: number };

/** Locks and returns the next deliveries that wait for an endpoint, the oldest first. The caller has locked the endpoint. */
export function lockWaiting(
  tx: Tx,
  { projectId, endpointId, after, limit }: WaitingWanted,
  yielding: readonly string[],
): Promise<WaitingRow[]> {
  return tx.run<WaitingRow>(
    'lock_waiting',
    `select id, created_at, type = any($3::text[]) as yields, attempt_base > 0 as again,
            extract(epoch from now())::float8 * 1000 as now_ms
     from delivery where project_id = $1 and endpoint_id = $2 and ${deliveryWaits()}
       and created_at >= coalesce($4::timestamptz, '-infinity') and ($4 is null or (created_at, id) > ($4, $5::uuid))
     order by created_at, id limit $6 for update`,
    [projectId, endpointId, yielding, after?.created_at ?? null, after?.id ?? null, limit],
  );
}

/** Lets the workers look at an endpoint's line in the next seconds, as after one of its deliveries. */
export async function showLine(tx: Tx, endpointId: string): Promise<void> {
  await tx.send('show_line', 'update endpoint set next_slot_at = greatest(next_slot_at, now()) where id = $1', [
    endpointId,
  ]);
}
