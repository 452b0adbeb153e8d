import type { Job } from '#src/contract/job/job.ts';

/** Returns the number of the attempt that is under way, or of the next one; of an ended job, that of the last. */
export function attemptNumber({ state, attempts, endedAt }: Pick<Job, 'state' | 'attempts' | 'endedAt'>): number {
  // A running attempt is counted already.
  return state === 'in_progress' || endedAt !== null ? attempts : attempts + 1;
}
