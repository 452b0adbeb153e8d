import { Refusal } from '#src/contract/error-code.ts';
import type { Job } from '#src/contract/job.ts';
import { formatId } from '#src/domain/id.ts';
import { isTerminal } from '#src/domain/job-state.ts';
import { clearClaim, findCallbackSecrets, lockJob } from '#src/store/cancel-job.ts';
import { insertDeliveries } from '#src/store/deliveries.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import type { Tx } from '#src/store/pool.ts';
import { eraseBodies, eraseSecrets, insertAttempts } from '#src/store/settle-jobs.ts';
import type { EngineDeps } from './deps.ts';
import { jobView } from './job-view.ts';
import { newId } from './new-id.ts';
import { terminalDelivery } from './terminal-delivery.ts';

/**
 * Cancels a job that has not ended and answers it; one that has is answered as it is. The database is told first: from
 * the commit on the job is cancelled, whatever its running request still brings, and its worker learns of it by NOTIFY.
 */
export async function cancelJob(deps: EngineDeps, projectId: string, jobId: string): Promise<Job> {
  const row = await deps.db.transaction(async (tx) => {
    const found = await lockJob(tx, projectId, jobId);
    if (!found) throw new Refusal('not_found', `there is no job ${formatId('job', jobId)}`, 'id');
    return isTerminal(found.state) ? found : cancel(tx, found, deps);
  });
  deps.notify('cancelled', jobId);
  deps.notify('ended');
  deps.notify('due');
  return jobView(row, { publicUrl: deps.publicUrl, asOf: new Date(deps.now()) });
}

async function cancel(tx: Tx, job: FullJobRow, deps: EngineDeps): Promise<FullJobRow> {
  const endedAt = new Date(deps.now());
  const row: FullJobRow = { ...job, state: 'cancelled', wait_reason: null, ended_at: endedAt, next_attempt_at: null };
  await clearClaim(tx, job.id, endedAt);
  if (job.state === 'in_progress') await insertAttempts(tx, [cancelledAttempt(job, endedAt)]);
  const delivery = terminalDelivery(
    row,
    { callbackSealed: await findCallbackSecrets(tx, job.id), claim: null, keepBytes: false },
    deps,
  );
  if (delivery) {
    await insertDeliveries(tx, [delivery]);
    await deps.queue.insert(tx, 'deliver', [{ id: delivery.id, delayMs: 0 }]);
  }
  const keepSeconds = job.options.keepSecretsSeconds ?? 0;
  const eraseAt = keepSeconds > 0 ? new Date(endedAt.getTime() + keepSeconds * 1000) : null;
  await eraseSecrets(tx, [{ jobId: job.id, eraseAt }]);
  await eraseBodies(tx, [{ jobId: job.id, eraseAt }]);
  return row;
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
