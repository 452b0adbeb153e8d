import { deliveryLimits } from '#src/domain/limits.ts';
import { deliveryIsOpen } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { resultSize } from './job-row.ts';

/**
 * Condition: the delivery `d` still needs the expired result `r` of its job. An open delivery without stored bytes
 * needs it to make them. A delivery whose event links to the body needs it until it is delivered. If that happens after
 * the result expired, the body can be fetched for one more hour.
 */
export const owesResult = `d.job_id = r.job_id and d.terminal and (
  ${deliveryIsOpen('d.')}
    and not exists (select 1 from delivery_payload p where p.delivery_id = d.id)
  or d.payload = 'full' and ${resultSize} > ${deliveryLimits.linkedBodyBytes} and (
    ${deliveryIsOpen('d.')} or d.state in ('failed', 'skipped')
    or d.state = 'delivered' and d.ended_at > r.expires_at and d.ended_at > now() - interval '1 hour'))`;

/** Condition: the job `j` belongs to a run that goes on, and that reads its result when it is entered again. */
export const runGoesOn = `exists (select 1 from run where run.id = j.run_id and run.ended_at is null)`;

/** Condition: the expired result `r` may be deleted, because no delivery and no run needs it any more. */
export const resultMayGo = `not exists (select 1 from delivery d where ${owesResult})
  and not exists (select 1 from job j where j.id = r.job_id and ${runGoesOn})`;

/** Returns true if a delivery of the job still needs its result. */
export async function isResultOwed(db: Db, jobId: string): Promise<boolean> {
  const rows = await db.run<{ owed: boolean }>(
    'is_result_owed',
    `select exists (select 1 from result r join delivery d on ${owesResult} where r.job_id = $1) as owed`,
    [jobId],
  );
  return rows[0]?.owed ?? false;
}
