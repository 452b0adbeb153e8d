import type { FailedAttempt, JobProgressEventType } from '#src/contract/event/events.ts';
import { formatId } from '#src/domain/text/id.ts';
import { noResult, type Settlement, settledRow } from '#src/engine/attempt/settlement.ts';
import type { Clock, Links, Logs, Queues, RoutesInside } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import type { HeldJob } from '#src/store/job/held-job.ts';
import type { NewAttempt } from '#src/store/job/insert-attempts.ts';
import { jobEventId } from './event-id.ts';
import { receiversOf } from './event-receivers.ts';
import { attemptFailedBytes, startedBytes } from './job-event.ts';
import { tellDeliveries } from './tell-deliveries.ts';

/**
 * Writes the `job.started` deliveries of jobs that are claimed for their first attempt. They are written in the claim's
 * transaction, so they exist exactly if the claim does. Returns true if the caller must notify `due` after its commit.
 */
export async function tellStarted(
  tx: Tx,
  claimed: ClaimedJob[],
  deps: Links & Queues & RoutesInside & Clock & Logs,
): Promise<boolean> {
  const deliveries: NewDelivery[] = [];
  const receivers = deps.receivers.inside(tx);
  for (const job of claimed) {
    if (job.attempt_count !== 1) continue;
    const named = job.callback?.endpoint ? [job.callback.endpoint.id] : [];
    deliveries.push(...startedDeliveries(job, await receivers.of(job.project_id, named), deps));
  }
  if (deliveries.length === 0) return false;
  return tellDeliveries(tx, deps, deliveries);
}

function startedDeliveries(
  job: ClaimedJob,
  receivers: readonly ReceiverRow[],
  deps: Links & Clock & Logs,
): NewDelivery[] {
  return deliveriesOf('job.started', job, receivers, deps, () => {
    const row = { ...job, ...noResult };
    const eventId = jobEventId(job.id, 'job.started');
    return { eventId, at: job.started_at, bytes: (payload) => startedBytes(row, payload, deps) };
  });
}

/**
 * Returns the deliveries of `job.attempt_failed`. There are none for an attempt that completed its job or was
 * interrupted.
 */
export function attemptFailedDeliveries(
  settled: Settlement,
  receivers: readonly ReceiverRow[],
  deps: Links & Clock & Logs,
): NewDelivery[] {
  const { job, attempt, decision } = settled;
  if (attempt === null || decision.then === 'complete' || attempt.outcome === 'interrupted') return [];
  return deliveriesOf('job.attempt_failed', job, receivers, deps, () => {
    const failed = failedAttempt(settled, attempt);
    const { nextAttemptAt: nextAt } = failed;
    const row = { ...settledRow(settled), next_attempt_at: nextAt === null ? null : new Date(nextAt) };
    return {
      eventId: jobEventId(job.id, 'job.attempt_failed', attempt.n),
      at: attempt.endedAt,
      bytes: (payload) => attemptFailedBytes(row, failed, payload, deps),
    };
  });
}

function failedAttempt({ decision, update }: Settlement, attempt: NewAttempt): FailedAttempt {
  const delayMs = update.delayMs === null ? null : Math.ceil(update.delayMs);
  return {
    id: formatId('att', attempt.id),
    number: attempt.n,
    startedAt: attempt.startedAt.toISOString(),
    endedAt: attempt.endedAt.toISOString(),
    outcome: attempt.outcome as FailedAttempt['outcome'],
    status: attempt.status,
    failure: attempt.failure,
    decision: { then: delayMs === null ? 'fail' : 'retry', rule: decision.rule, why: decision.why, delayMs },
    nextAttemptAt: delayMs === null ? null : new Date(attempt.endedAt.getTime() + delayMs).toISOString(),
  };
}

type Told = { eventId: string; at: Date | null; bytes: (payload: 'full' | 'thin') => Buffer };

/**
 * Returns the deliveries of an event about progress. If the event cannot be made, the error is logged and there are
 * none, so that the job itself goes on.
 */
function deliveriesOf(
  type: JobProgressEventType,
  job: HeldJob,
  endpoints: readonly ReceiverRow[],
  deps: Clock & Logs,
  tell: () => Told,
): NewDelivery[] {
  const options = { callbackSealed: job.callback_secrets, claim: null, receivers: endpoints };
  const receivers = receiversOf(job, type, options);
  if (receivers.length === 0) return [];
  const nowMs = deps.now();
  try {
    const { eventId, at, bytes } = tell();
    return receivers.map((receiver) => ({
      ...receiver,
      id: newId(nowMs),
      projectId: job.project_id,
      jobId: job.id,
      eventId,
      terminal: false,
      createdAt: at ?? new Date(nowMs),
      body: bytes(receiver.payload),
    }));
  } catch (error) {
    deps.log.error({ err: error, jobId: formatId('job', job.id), type }, 'an event cannot be told');
    return [];
  }
}
