import type { Db, Tx } from '#src/store/db/database.ts';
import { type DeliveryRow, deliveryColumns } from '#src/store/delivery/delivery-rows.ts';
import { type HeldJob, heldColumns, heldTables } from '#src/store/job/held-job.ts';

/** Claims that the database gives to a worker which does not run them. */
export type Strays = {
  workerId: string;
  /** Returns the ids that the worker does hold. It is called just before the search. */
  held: () => string[];
  /** Minimum age of the claims: a younger claim may have been made after `held` was read. */
  olderThanSeconds: number;
};

/**
 * Locks and returns jobs claimed by a worker that does not run them, to settle them. Bodies are not loaded. Rows that a
 * frozen process still has locked are left for the next time, because waiting for them would delay all the others.
 */
export function lockJobsOf(tx: Tx, strays: Strays, limit: number): Promise<HeldJob[]> {
  return tx.run<HeldJob>(
    'lock_jobs_of',
    `with j as (
       select * from job where claimed_by = $1 and id <> all($3::uuid[]) and claimed_at <= now() - make_interval(secs => $4)
       order by id limit $2 for update skip locked)
     select ${heldColumns} from j ${heldTables}`,
    [strays.workerId, limit, strays.held(), strays.olderThanSeconds],
  );
}

/** Locks and returns deliveries claimed by a worker that does not send them, to settle them. */
export function lockDeliveriesOf(tx: Tx, strays: Strays, limit: number): Promise<DeliveryRow[]> {
  return tx.run<DeliveryRow>(
    'lock_deliveries_of',
    `select ${deliveryColumns}, s.sealed, null::bytea as body, null::json as endpoint_headers,
            null::bytea as endpoint_sealed,
            null::json as endpoint_tls, null::bytea as endpoint_tls_key
     from (
       select * from delivery where claimed_by = $1 and id <> all($3::uuid[]) and claimed_at <= now() - make_interval(secs => $4)
       order by id limit $2 for update skip locked) d
     left join delivery_secret s on s.delivery_id = d.id`,
    [strays.workerId, limit, strays.held(), strays.olderThanSeconds],
  );
}

/**
 * Returns how often each of the given deliveries has lost its worker so far. Deliveries that never did are left out.
 */
export async function countLost(tx: Tx, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.run<{ owner_id: string; count: number }>(
    'count_lost',
    `select owner_id, count(*)::int as count from attempt
     where owner_id = any($1::uuid[]) and outcome = 'interrupted' and failure ->> 'code' = 'worker_lost' group by owner_id`,
    [ids],
  );
  return new Map(rows.map((row) => [row.owner_id, row.count]));
}

/**
 * Returns the jobs and deliveries among the given ones that are not claimed by the worker, although it believes so. Each
 * is looked up by its id: the index over claims may hold very many entries of claims that are long over.
 */
export async function findLostClaims(db: Db, ids: string[], workerId: string): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.run<{ id: string }>(
    'find_lost_claims',
    `select id from unnest($1::uuid[]) as t(id)
     where (select j.claimed_by from job j where j.id = t.id) is distinct from $2
       and (select d.claimed_by from delivery d where d.id = t.id) is distinct from $2`,
    [ids, workerId],
  );
  return rows.map((row) => row.id);
}
