import type { Job } from '#src/contract/job.ts';
import { formatId } from '#src/domain/id.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import { jobView } from './job-view.ts';
import type { LinkDeps } from './result-link.ts';

/** Result bodies above this are left out of callbacks and flagged, with a link. */
export const callbackBodyBytes = 256 * 1024;

export type JobEventType = 'job.completed' | 'job.failed' | 'job.cancelled';

/** The body of a callback: `data` is what `jobs.get` answers at the job's end, or only id and state when thin. */
export type JobEvent = { type: JobEventType; timestamp: string; data: Job | Pick<Job, 'id' | 'state'> };

/**
 * The bytes of a job's terminal event. They depend on the job's rows alone, so that a try after a crash sends the same
 * bytes as the one before it.
 */
export function eventBytes(row: FullJobRow, type: JobEventType, payload: 'full' | 'thin', deps: LinkDeps): Buffer {
  const endedAt = row.ended_at ?? row.created_at;
  // A result that is to be kept nowhere expires at the very end; the event is of the instant before.
  const asOf = new Date(endedAt.getTime() - 1);
  const data =
    payload === 'full'
      ? jobView(row, { asOf, maxBodyBytes: callbackBodyBytes }, deps)
      : { id: formatId('job', row.id), state: row.state };
  const event: JobEvent = { type, timestamp: endedAt.toISOString(), data };
  return Buffer.from(JSON.stringify(event));
}
