import { progressEvents } from '#src/contract/event/event-names.ts';
import type { EventBody, FailedAttempt } from '#src/contract/event/events.ts';
import type { Job } from '#src/contract/job/job.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Links } from '#src/engine/deps.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';

export type JobEventType = 'job.completed' | 'job.failed' | 'job.cancelled';

/** True of the events that tell of a state that passes: the job's rows cannot give their bytes again. */
export function isProgress(type: string): boolean {
  return (progressEvents as readonly string[]).includes(type);
}

/** The body of a callback: `data` is what `jobs.get` answers at the job's end, or only id and state when thin. */
export type JobEvent = { type: JobEventType; timestamp: string; data: Job | Pick<Job, 'id' | 'state'> };

/**
 * The bytes of a job's terminal event. They depend on the job's rows alone, so that a try after a crash sends the same
 * bytes as the one before it.
 */
export function eventBytes(row: FullJobRow, type: JobEventType, payload: 'full' | 'thin', deps: Links): Buffer {
  const endedAt = row.ended_at ?? row.created_at;
  // A result that is to be kept nowhere expires at the very end; the event is of the instant before.
  const asOf = new Date(endedAt.getTime() - 1);
  const data =
    payload === 'full'
      ? toJob(row, { asOf, ...(isKept(row) && { maxBodyBytes: deliveryLimits.linkedBodyBytes }) }, deps)
      : { id: formatId('job', row.id), state: row.state };
  const event: JobEvent = { type, timestamp: endedAt.toISOString(), data };
  return Buffer.from(JSON.stringify(event));
}

/** With a result time of 0 the event is the only place the result is ever to be found in: nothing of it is left out. */
function isKept({ options }: FullJobRow): boolean {
  return options.resultTtlSeconds > 0;
}

/** The bytes of `job.started`, from the row as it is once claimed. */
export function startedBytes(row: FullJobRow, payload: 'full' | 'thin', deps: Links): Buffer {
  const at = row.started_at ?? row.created_at;
  const state = 'in_progress' as const;
  return bytesOf({
    type: 'job.started',
    timestamp: at.toISOString(),
    data: payload === 'full' ? { ...toJob(row, { asOf: at }, deps), state } : { id: formatId('job', row.id), state },
  });
}

/** The bytes of `job.attempt_failed`. A result that the last attempt left is told without its body: `job.failed` brings that. */
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
