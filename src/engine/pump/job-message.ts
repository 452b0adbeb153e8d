import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import type { Due } from '#src/store/db/queue.ts';

/** The fields of a job that the priority of its message depends on. */
type Prioritised = { id: string; project_id: string; url: string; priority: number };

/** A job's own priority comes first. The share of its origin decides among those of one priority. */
const priorityStep = 1_000;

/**
 * Returns the message of a job's next attempt. Every message counts for the share of its project's origin, so that the
 * first job to one origin goes before the thousandth to another.
 */
export function messageOfJob(job: Prioritised, delayMs: number): Due {
  const receiver = `${job.project_id} ${urlOrigin(job.url)}`;
  return { id: job.id, delayMs, priority: job.priority * priorityStep, receiver };
}
