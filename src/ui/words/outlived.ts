import type { JobView } from '#src/contract/job/job-view.ts';

/** A delivery is made together with its job's end. If it is missing this long after the end, it was deleted. */
const surelyMadeMs = 3_600_000;

/**
 * Returns whether the project's retention has deleted attempts of a job. Attempts may be kept for a shorter time than
 * the job.
 */
export function attemptsGone({ job, attempts }: JobView): boolean {
  return job.endedAt !== null && job.attempts > attempts.length;
}

/** Returns whether the callback asked for the end that the job came to. */
export function wantsItsEnd({ callback, state }: JobView['job']): boolean {
  return callback?.events.some((event) => event === `job.${state}`) ?? false;
}

/**
 * Returns whether the project's retention has deleted the delivery of a job's end. Deliveries may be kept for a shorter
 * time than the job.
 */
export function deliveryGone({ job, deliveries }: JobView, nowMs: number): boolean {
  if (job.endedAt === null || !wantsItsEnd(job) || nowMs - Date.parse(job.endedAt) < surelyMadeMs) return false;
  return !deliveries.some(({ type }) => type === `job.${job.state}`);
}

/** Returns whether nothing about a job can change any more. */
export function isSettled(view: JobView, nowMs: number): boolean {
  const { job, deliveries } = view;
  if (job.endedAt === null) return false;
  const told = deliveries.some(({ type }) => type === `job.${job.state}`);
  if (wantsItsEnd(job) && !told && !deliveryGone(view, nowMs)) return false;
  return deliveries.every(({ endedAt }) => endedAt !== null);
}
