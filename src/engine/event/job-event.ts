import { progressEvents } from '#src/contract/event/event-names.ts';
import type { EventBody, FailedAttempt } from '#src/contract/event/events.ts';
import type { Job } from '#src/contract/job/job.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Links } from '#src/engine/deps.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';

/** Types of the terminal events of a job. */
export type JobEventType = 'job.completed' | 'job.failed' | 'job.cancelled';

/**
 * Returns true for events about progress. Their bytes cannot be made again from the job's rows, because the job's state
 * has changed.
 */
export function isProgress(type: string): boolean {
  return (progressEvents as readonly string[]).includes(type);
}

/**
 * Body of a terminal event. `data` is the job as `jobs.get` returns it at the job's end, or only its id and state if
 * the payload is thin.
 */
export type JobEvent = { type: JobEventType; timestamp: string; data: Job | Pick<Job, 'id' | 'state'> };

/**
 * Returns the bytes of a job's terminal event. They depend only on the job's rows, so an attempt after a crash sends
 * the same bytes as the one before it.
 */
export function eventBytes(row: FullJobRow, type: JobEventType, payload: 'full' | 'thin', deps: Links): Buffer {
  const endedAt = row.ended_at ?? row.created_at;
  // A result that is not kept expires at the job's end. The event shows the job 1 ms before that, so it has the result.
  const asOf = new Date(endedAt.getTime() - 1);
  const data =
    payload === 'full'
      ? toJob(row, { asOf, ...(isKept(row) && { maxBodyBytes: deliveryLimits.linkedBodyBytes }) }, deps)
      : { id: formatId('job', row.id), state: row.state };
  const event: JobEvent = { type, timestamp: endedAt.toISOString(), data };
  return Buffer.from(JSON.stringify(event));
}

/**
 * Returns true if the result is kept after the job's end. If it is not, the event is the only place of the result, so
 * the body is never left out.
 */
function isKept({ options }: FullJobRow): boolean {
  return options.resultTtlSeconds > 0;
}

/** Returns the bytes of `job.started`, made from the row after its claim. */
export function startedBytes(row: FullJobRow, payload: 'full' | 'thin', deps: Links): Buffer {
  const at = row.started_at ?? row.created_at;
  const state = 'in_progress' as const;
  return bytesOf({
    type: 'job.started',
    timestamp: at.toISOString(),
    data: payload === 'full' ? { ...toJob(row, { asOf: at }, deps), state } : { id: formatId('job', row.id), state },
  });
}

/**
 * Returns the bytes of `job.attempt_failed`. The result of a last attempt is shown without its body, because
 * `job.failed` contains it.
 */
export function attemptFailedBytes(
  row: FullJobRow,
  attempt: FailedAttempt,
  payload: 'full' | 'thin',
  deps: Links,
): Buffer {
  const endedAt = Date.parse(attempt.endedAt);
  const state = attempt.decision.then === 'fail' ? 'failed' : 'retrying';
  const view = () => toJob(row, { asOf: new Date(endedAt - 1), maxBodyBytes: 0 }, deps);
  return bytesOf({
    type: 'job.attempt_failed',
    timestamp: attempt.endedAt,
    data: payload === 'full' ? { ...view(), state, attempt } : { id: formatId('job', row.id), state, attempt },
  });
}

function bytesOf(event: EventBody): Buffer {
  return Buffer.from(JSON.stringify(event));
}
