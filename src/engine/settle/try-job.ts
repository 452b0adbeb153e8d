import type { Job } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import type { Clock, Links, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { getJob } from '#src/engine/read/read-job.ts';
import { jobUuid, noSuch } from '#src/engine/show/known-id.ts';
import { lockJobs } from '#src/store/job/cancel-jobs.ts';
import { hurryJob } from '#src/store/job/hurry-job.ts';

/**
 * Makes the next attempt of a waiting job due now: of one that is scheduled, or that waits for its retry. A job whose
 * request is under way is returned as it is. Throws `not_found` or `already_ended`.
 */
export async function tryJobNow(
  deps: Reads & Links & Queues & Wakes & Clock,
  projectId: string,
  id: string,
): Promise<Job> {
  const uuid = jobUuid(id);
  await deps.db.transaction(async (tx) => {
    const [job] = await lockJobs(tx, projectId, [uuid]);
    if (!job) throw noSuch('job', id);
    if (isTerminal(job.state))
      throw new Refusal('already_ended', `${id} has ended (${job.state}); it can only be run again`, 'id');
    if (await hurryJob(tx, uuid)) await deps.queue.insert(tx, 'fetch', [{ id: uuid, delayMs: 0 }]);
  });
  deps.notify('due');
  return getJob(deps, projectId, id);
}
