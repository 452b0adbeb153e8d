import type { ClaimedJob } from './claim-jobs.ts';
import { type DeliveryRow, deliveryColumns } from './deliveries.ts';
import { jobColumns, requestColumns } from './job-row.ts';
import type { Tx } from './pool.ts';

/** Jobs that a dead worker held, locked for settling; bodies stay where they are. */
export function lockJobsOf(tx: Tx, workerId: string, limit: number): Promise<ClaimedJob[]> {
  return tx.run<ClaimedJob>(
    'lock_jobs_of',
    `with j as (select * from job where claimed_by = $1 order by id limit $2 for update)
     select ${jobColumns}, ${requestColumns}, null::bytea as body, (b.job_id is not null) as body_sealed, s.sealed as secrets,
            s.callback_sealed as callback_secrets
     from j join job_request q on q.job_id = j.id
     left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id`,
    [workerId, limit],
  );
}

/** Deliveries that a dead worker held, locked for settling. */
export function lockDeliveriesOf(tx: Tx, workerId: string, limit: number): Promise<DeliveryRow[]> {
  return tx.run<DeliveryRow>(
    'lock_deliveries_of',
    `select ${deliveryColumns}, s.sealed, null::bytea as body
     from (select * from delivery where claimed_by = $1 order by id limit $2 for update) d
     left join delivery_secret s on s.delivery_id = d.id`,
    [workerId, limit],
  );
}
