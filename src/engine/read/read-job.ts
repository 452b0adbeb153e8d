import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads } from '#src/engine/deps.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { toAttempt } from '#src/engine/show/to-attempt.ts';
import { toDelivery } from '#src/engine/show/to-delivery.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findAttempts, findDeliveries } from '#src/store/job/read-attempts.ts';
import { findJobs } from '#src/store/job/read-jobs.ts';

/** Returns a job's rows. Throws `not_found`, also for a job of another project. */
export async function loadJob(deps: Reads, projectId: string, id: string): Promise<FullJobRow> {
  const [row] = await findJobs(deps.db, projectId, [jobUuid(id)]);
  if (!row) throw new Refusal('not_found', `there is no job ${id}`, 'id');
  return row;
}

/** Returns a job. Throws `not_found`. */
export async function getJob(deps: Reads & Links & Clock, projectId: string, id: string): Promise<Job> {
  return toJob(await loadJob(deps, projectId, id), { asOf: new Date(deps.now()) }, deps);
}

/** Returns the jobs that exist, in the order of the given ids. */
export async function getJobs(deps: Reads & Links & Clock, projectId: string, ids: string[]): Promise<Job[]> {
  const uuids = ids.map((id) => parseId('job', id)).filter((id) => id !== null);
  const rows = new Map((await findJobs(deps.db, projectId, uuids)).map((row) => [row.id, row]));
  const view = { asOf: new Date(deps.now()) };
  return uuids.flatMap((id) => {
    const row = rows.get(id);
    return row ? [toJob(row, view, deps)] : [];
  });
}

/** Returns the attempts of a job and of its deliveries, and the policy that decided. Throws `not_found`. */
export async function getAttempts(deps: Reads, projectId: string, id: string): Promise<JobAttempts> {
  const job = await loadJob(deps, projectId, id);
  const deliveries = await findDeliveries(deps.db, job.id);
  const attempts = Map.groupBy(
    await findAttempts(deps.db, [job.id, ...deliveries.map((d) => d.id)]),
    (row) => row.owner_id,
  );
  return {
    attempts: (attempts.get(job.id) ?? []).map(toAttempt),
    deliveries: deliveries.map((row) => ({
      ...toDelivery(row),
      tries: (attempts.get(row.id) ?? []).map(toAttempt),
    })),
    policy: unpackPolicy(job.options.policy),
  };
}
