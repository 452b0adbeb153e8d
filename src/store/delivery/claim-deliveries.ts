import { deliveryWaits, isDue } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { Claim } from '#src/store/job/claim-jobs.ts';
import { type DeliveryRow, deliveryColumns } from './delivery-rows.ts';

/** Reads the claimed deliveries `d`, with everything that their attempts need. */
const selectClaimed = `
     select ${deliveryColumns}, s.sealed, p.body, e.headers as endpoint_headers, e.sealed as endpoint_sealed,
            e.tls as endpoint_tls, e.tls_key as endpoint_tls_key
     from d left join endpoint e on e.id = d.endpoint_id
     left join delivery_secret s on s.delivery_id = d.id
     left join delivery_payload p on p.delivery_id = d.id`;

/** Claims the given deliveries that wait and are due, and returns them. */
export function claimDeliveries(tx: Tx, ids: string[], claim: Claim): Promise<DeliveryRow[]> {
  return tx.run<DeliveryRow>(
    'claim_deliveries',
    `with due as (
       select id, endpoint_id from delivery
       where id = any($1::uuid[]) and ${deliveryWaits()} and ${isDue()}
       order by id for update
     ), d as (
       update delivery set state = 'in_progress', claim_id = $2, claimed_by = $3, claimed_at = now(),
         attempt_count = attempt_count + 1, next_attempt_at = null, admitted_at = null, granted = false,
         url = coalesce(e.url, delivery.url)
       from due left join endpoint e on e.id = due.endpoint_id where delivery.id = due.id
       returning delivery.*
     )
     ${selectClaimed}`,
    [ids, claim.claimId, claim.workerId],
  );
}

/** Returns the deliveries of a claim as `claimDeliveries` returns them, as far as the claim holds. */
export function findClaimedDeliveries(tx: Tx, claim: Claim): Promise<DeliveryRow[]> {
  return tx.run<DeliveryRow>(
    'find_claimed_deliveries',
    `with d as (select * from delivery where claimed_by = $2 and claim_id = $1) ${selectClaimed}`,
    [claim.claimId, claim.workerId],
  );
}
