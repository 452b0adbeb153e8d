import { Refusal } from '#src/contract/error-code.ts';
import type { Job } from '#src/contract/job.ts';
import { formatId } from '#src/domain/id.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { clearClaim, findCallbackSecrets, lockJob } from '#src/store/cancel-job.ts';
import { insertDeliveries } from '#src/store/deliveries.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import type { Tx } from '#src/store/pool.ts';
import { findReceivers, type ReceiverRow } from '#src/store/receivers.ts';
import { eraseBodies, eraseSecrets, insertAttempts } from '#src/store/settle-jobs.ts';
import { insertStatDeltas } from '#src/store/stats.ts';
import { addRecent } from './attempt-record.ts';
import type { EngineDeps } from './deps.ts';
import { jobView } from './job-view.ts';
import { newId } from './new-id.ts';
import { countCancelled } from './stat-deltas.ts';
import { terminalDeliveries } from './terminal-delivery.ts';

/**
 * Cancels a job that has not ended and answers it; one that has is answered as it is. The database is told first: from
 * the commit on the job is cancelled, whatever its running request still brings, and its worker learns of it by NOTIFY.
 */
export async function cancelJob(deps: EngineDeps, projectId: string, jobId: string): Promise<Job> {
  // Before the transaction: inside it this would hold one connection and wait for another.
  const receivers = await deps.receivers.of(projectId);
  const row = await deps.db.transaction(async (tx) => {
    const found = await lockJob(tx, projectId, jobId);
    if (!found) throw new Refusal('not_found', `there is no job ${formatId('job', jobId)}`, 'id');
    if (isTerminal(found.state)) return found;
    const named = found.callback?.endpoint?.id;
    const isKnown = named === undefined || receivers.some(({ id }) => id === named);
    return cancel(tx, found, isKnown ? receivers : await findReceivers(tx, projectId), deps);
  });
  deps.notify('cancelled', jobId);
  deps.notify('ended');
  deps.notify('due');
  return jobView(row, { asOf: new Date(deps.now()) }, deps);
}

async function cancel(
  tx: Tx,
  job: FullJobRow,
  receivers: readonly ReceiverRow[],
  deps: EngineDeps,
): Promise<FullJobRow> {
  const endedAt = new Date(deps.now());
  const row: FullJobRow = { ...job, state: 'cancelled', wait_reason: null, ended_at: endedAt, next_attempt_at: null };
  const inProgress = job.state === 'in_progress';
  await clearClaim(tx, job.id, endedAt, inProgress ? addRecent(job.recent, 'cancelled') : job.recent);
  if (inProgress) await insertAttempts(tx, [cancelledAttempt(job, endedAt)]);
  const deliveries = terminalDeliveries(
    row,
    {
      callbackSealed: await findCallbackSecrets(tx, job.id),
      claim: null,
      keepBytes: false,
      receivers,
    },
    deps,
  );
  await insertDeliveries(tx, deliveries);
  await insertStatDeltas(tx, countCancelled(job.project_id));
  const sent = deliveries.filter((delivery) => !delivery.skipped);
  await deps.queue.insert(
    tx,
    'deliver',
    sent.map((delivery) => ({ id: delivery.id, delayMs: 0 })),
  );
  const secretsSeconds = job.options.keepSecretsSeconds ?? 0;
  await eraseSecrets(tx, [{ jobId: job.id, eraseAt: after(endedAt, secretsSeconds) }]);
  // There is no result for the body to live as long as: it stays as long as one would have, for running the job again.
  const bodySeconds = Math.max(secretsSeconds, job.options.resultTtlSeconds);
  await eraseBodies(tx, [{ jobId: job.id, eraseAt: after(endedAt, bodySeconds) }]);
  return row;
}

/** Null: at once. */
function after(start: Date, seconds: number): Date | null {
  return seconds > 0 ? new Date(start.getTime() + seconds * 1000) : null;
}

function cancelledAttempt(job: FullJobRow, endedAt: Date) {
  const startedAt = job.claimed_at ?? endedAt;
  return {
    ownerId: job.id,
    n: job.attempt_count,
    id: newId(startedAt.getTime()),
    startedAt,
    endedAt,
    outcome: 'cancelled' as const,
    status: null,
    headers: null,
    body: null,
    bodySize: null,
    failure: { code: 'cancelled', message: 'the job was cancelled while this request was under way' },
    timings: null,
    redirects: [],
    remoteAddress: null,
    worker: job.claimed_by ?? '',
    decision: null,
  };
}
