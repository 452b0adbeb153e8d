import type { Job } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { addWord } from '#src/domain/decide/recent-outcomes.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { terminalDeliveries } from '#src/engine/event/terminal-delivery.ts';
import { newId } from '#src/engine/new-id.ts';
import { loadJob } from '#src/engine/read/read-job.ts';
import { advanceRuns, type EndedRunJob } from '#src/engine/run/advance-runs.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import { countCancelled } from '#src/engine/stats/stat-deltas.ts';
import { streamExpiry } from '#src/engine/stream/stream-expiry.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import { clearClaims, findCallbackSecrets, lockJobs } from '#src/store/job/cancel-jobs.ts';
import { eraseBodies, eraseSecrets } from '#src/store/job/erase-parts.ts';
import { insertAttempts } from '#src/store/job/insert-attempts.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { wakeLines } from '#src/store/line/due-lines.ts';
import { insertStatDeltas } from '#src/store/stats/stat-rows.ts';
import { endStreams } from '#src/store/stream/write-events.ts';

/**
 * Cancels a job that has not ended, and returns it. An ended job is returned as it is. The job is cancelled from the
 * commit on: an outcome of a running request is dropped, and the worker is informed by NOTIFY. Throws `not_found` if
 * the project has no such job.
 */
export async function cancelJob(
  deps: Reads & Links & Queues & Wakes & RoutesInside & Guards & Clock,
  projectId: string,
  jobId: string,
): Promise<Job> {
  const cancelled = await deps.db.transaction(async (tx) => {
    const { found, cancelled } = await cancelAll(tx, deps, { projectId, jobIds: [jobId] });
    if (found.length === 0) throw new Refusal('not_found', `there is no job ${formatId('job', jobId)}`, 'id');
    return cancelled;
  });
  tellCancelled(deps, cancelled);
  const row = cancelled[0]?.after ?? (await loadJob(deps, projectId, formatId('job', jobId)));
  return toJob(row, { asOf: new Date(deps.now()) }, deps);
}

/** A cancelled job as it was before and as it is now. */
export type CancelledJob = { before: FullJobRow; after: FullJobRow };

/** Sends the signals for cancelled jobs. Call it after the commit. */
export function tellCancelled(deps: Wakes, cancelled: CancelledJob[]): void {
  for (const { before } of cancelled) {
    if (before.state === 'in_progress') deps.notify('cancelled', before.id);
    if (before.options.stream !== undefined) deps.notify('events', before.id);
  }
  if (cancelled.length === 0) return;
  for (const signal of ['ended', 'due', 'line'] as const) deps.notify(signal);
}

/**
 * Cancels the given jobs that have not ended, inside the caller's transaction. `found` holds all that exist, locked.
 */
export async function cancelAll(
  tx: Tx,
  deps: Links & Queues & RoutesInside & Guards & Clock,
  { projectId, jobIds }: { projectId: string; jobIds: string[] },
): Promise<{ found: FullJobRow[]; cancelled: CancelledJob[] }> {
  const found = await lockJobs(tx, projectId, jobIds);
  const endedAt = new Date(deps.now());
  const open = found.filter((job) => !isTerminal(job.state));
  if (open.length === 0) return { found, cancelled: [] };
  const cancelled = open.map((before): CancelledJob => {
    const recent = before.state === 'in_progress' ? addWord(before.recent, 'cancelled') : before.recent;
    const ended = { wait_reason: null, error: null, ended_at: endedAt, next_attempt_at: null, recent };
    return { before, after: { ...before, state: 'cancelled', ...ended } };
  });
  const rows = cancelled.map(({ after }) => after);
  await clearClaims(tx, rows, endedAt);
  const underWay = open.filter((job) => job.state === 'in_progress');
  if (underWay.length > 0) {
    await insertAttempts(
      tx,
      underWay.map((job) => cancelledAttempt(job, endedAt)),
    );
  }
  const named = rows.flatMap((job) => job.callback?.endpoint?.id ?? []);
  await deliverEnds(tx, deps, rows, await deps.receivers.inside(tx).of(projectId, named));
  await advanceRuns(tx, deps, rows.flatMap(endOfRunJob));
  await wakeLines(tx, [...new Set(underWay.flatMap((job) => job.flow_id ?? []))]);
  await insertStatDeltas(tx, countCancelled(projectId, rows.length));
  await eraseSecrets(
    tx,
    rows.map((job) => ({ jobId: job.id, eraseAt: after(endedAt, job.options.keepSecretsSeconds ?? 0) })),
  );
  await eraseBodies(
    tx,
    rows.map((job) => ({ jobId: job.id, eraseAt: after(endedAt, bodySeconds(job)) })),
  );
  const streamed = rows.filter((job) => job.options.stream !== undefined);
  await endStreams(
    tx,
    streamed.map((job) => ({ jobId: job.id, expiresAt: streamExpiry(job, endedAt) })),
  );
  return { found, cancelled };
}

function endOfRunJob({ id: jobId, run_id: runId }: FullJobRow): EndedRunJob[] {
  return runId === null ? [] : [{ jobId, runId, state: 'cancelled', error: null, body: null }];
}

async function deliverEnds(
  tx: Tx,
  deps: Links & Queues & Clock,
  jobs: FullJobRow[],
  receivers: readonly ReceiverRow[],
): Promise<void> {
  const sealed = await findCallbackSecrets(
    tx,
    jobs.map((job) => job.id),
  );
  const deliveries = jobs.flatMap((job) => {
    const options = { callbackSealed: sealed.get(job.id) ?? null, claim: null, keepBytes: false, receivers };
    return terminalDeliveries(job, options, deps);
  });
  await tellDeliveries(tx, deps, deliveries);
}

/**
 * Returns the seconds for which the body of a cancelled job is kept. The job has no result, so the time is that of a
 * result, in case the job is run again.
 */
function bodySeconds({ options }: FullJobRow): number {
  return Math.max(options.keepSecretsSeconds ?? 0, options.resultTtlSeconds);
}

/** Returns the time after `seconds`; null: at once. */
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
