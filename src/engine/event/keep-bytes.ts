import { deliveryLimits } from '#src/domain/limits.ts';
import type { Links } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { findUnkept, insertPayloads } from '#src/store/delivery/delivery-payloads.ts';
import { loadJobsForEvents } from '#src/store/job/read-jobs.ts';
import { eventBytes, type JobEventType } from './job-event.ts';

/** Number of jobs whose results, of up to 256 KiB each, are in memory at once. */
const together = 50;

/**
 * Stores the bytes of deliveries that are not sent now, because the result they are made of may have expired when they
 * are sent again. Deliveries about no job or about progress have stored bytes from the beginning.
 */
export async function keepBytes(tx: Tx, deliveryIds: string[], deps: Links): Promise<void> {
  if (deliveryIds.length === 0) return;
  const unkept = await findUnkept(tx, deliveryIds);
  const jobIds = [...new Set(unkept.map((row) => row.job_id))];
  for (let from = 0; from < jobIds.length; from += together) {
    const jobs = new Map(
      (await loadJobsForEvents(tx, jobIds.slice(from, from + together), deliveryLimits.linkedBodyBytes)).map((job) => [
        job.id,
        job,
      ]),
    );
    const payloads = unkept.flatMap(({ id, job_id, type, payload }) => {
      const job = jobs.get(job_id);
      return job ? [{ id, body: eventBytes(job, type as JobEventType, payload, deps) }] : [];
    });
    await insertPayloads(tx, payloads);
  }
}
