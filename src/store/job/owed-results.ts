import { deliveryLimits } from '#src/domain/limits.ts';
import { deliveryIsOpen } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';

/**
 * Whether the delivery `d` still needs the expired result `r` of its job: to make its bytes of, while it has none and is open;
 * and, when these have a link to the body, until it was delivered. What came after the result's time may be fetched for an hour.
 */
export const owesResult = `d.job_id = r.job_id and d.terminal and (
  ${deliveryIsOpen('d.')}
    and not exists (select 1 from delivery_payload p where p.delivery_id = d.id)
  or d.payload = 'full' and octet_length(r.body) > ${deliveryLimits.linkedBodyBytes} and (
    ${deliveryIsOpen('d.')} or d.state in ('failed', 'skipped')
    or d.state = 'delivered' and d.ended_at > r.expires_at and d.ended_at > now() - interval '1 hour'))`;

/** Whether the expired result `r` goes with the next clearing: no delivery needs it any more. */
export const resultMayGo = `not exists (select 1 from delivery d where ${owesResult})`;

/** Whether a job's result is still needed by one of its deliveries. */
export async function isResultOwed(db: Db, jobId: string): Promise<boolean> {
  const rows = await db.run<{ owed: boolean }>(
    'is_result_owed',
    `select exists (select 1 from result r join delivery d on ${owesResult} where r.job_id = $1) as owed`,
    [jobId],
  );
  return rows[0]?.owed ?? false;
}
