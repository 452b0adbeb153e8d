import { randomUUID } from 'node:crypto';
import { receivedOf } from '#src/domain/decide/outcome.ts';
import { tokenUsage } from '#src/domain/gateway/token-usage.ts';
import { readJsonBody } from '#src/domain/policy/body-match.ts';
import { formatId } from '#src/domain/text/id.ts';
import { type EndedAttempt, type Settlement, settledRow, settlement } from '#src/engine/attempt/settlement.ts';
import type { Chance, Clock, Guards, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { attemptFailedDeliveries } from '#src/engine/event/progress-delivery.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { terminalDeliveries, wantsCallback } from '#src/engine/event/terminal-delivery.ts';
import { type GroupCommit, makeGroupCommit } from '#src/engine/pump/group-commit.ts';
import { messageOfJob } from '#src/engine/pump/job-message.ts';
import type { Slot, SlotPool } from '#src/engine/pump/under-way.ts';
import type { ReceiverLookup } from '#src/engine/receivers-cache.ts';
import { advanceRuns, type EndedRunJob, type TurnDeps } from '#src/engine/run/advance-runs.ts';
import { countEnded } from '#src/engine/stats/stat-deltas.ts';
import { streamExpiry } from '#src/engine/stream/stream-expiry.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import type { Claim } from '#src/store/job/claim-jobs.ts';
import { eraseBodies, eraseSecrets } from '#src/store/job/erase-parts.ts';
import { insertAttempts } from '#src/store/job/insert-attempts.ts';
import { insertResults } from '#src/store/job/insert-results.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { addCallTokens, type CallTokens } from '#src/store/job/model-calls.ts';
import { lockClaimedJobs, updateJobs } from '#src/store/job/update-jobs.ts';
import { wakeLines } from '#src/store/line/due-lines.ts';
import { insertStatDeltas } from '#src/store/stats/stat-rows.ts';
import { endStreams } from '#src/store/stream/write-events.ts';

/** A delivery that this worker sends itself right after the commit that stored it, with the row of its job. */
export type HandedOn = { delivery: DeliveryRow; row: FullJobRow; slot: Slot };

/** Options for settling jobs. `handOn` sends a delivery at once. */
export type SettleOptions = {
  worker: { id: string; name: string };
  /** Slots for deliveries that are sent at once. There are none while the worker is draining. */
  deliverySlots: Pick<SlotPool, 'take'>;
  handOn: (handed: HandedOn) => Promise<void>;
  /** Called when a retry is due in `delayMs`, to look at the queue then. */
  wakeIn: (delayMs: number) => void;
  /** Called when an attempt of a flow has ended, to look at the lines. */
  wakeLines: () => void;
};

/** Endpoints that may get an event, by project id. */
export type ReceiversByProject = ReadonlyMap<string, readonly ReceiverRow[]>;

/**
 * A settlement with its deliveries and, if the job has ended, its final row. `slot` is set if this worker sends the
 * callback at once.
 */
export type Stored = {
  settled: Settlement;
  deliveries: NewDelivery[];
  row: FullJobRow | null;
  slot?: Slot | undefined;
};

/**
 * Makes the writer of ended attempts. It settles them in batches, each in one transaction with everything that follows
 * from them.
 */
export function makeSettle(
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Logs,
  options: SettleOptions,
): GroupCommit<EndedAttempt, undefined> {
  return makeGroupCommit<EndedAttempt, undefined>({
    name: 'settle jobs',
    commit: (batch) => settleBatch(batch, deps, options),
    bytesOf: (ended) => 1_000 + (receivedOf(ended.outcome)?.body.byteLength ?? 0),
    async onUnstorable(ended, error) {
      deps.log.error({ err: error, jobId: formatId('job', ended.job.id) }, 'an attempt cannot be stored as it is');
      await settleBatch([{ ...ended, unstorable: (error as Error).message }], deps, options);
      return undefined;
    },
    giveUpAfterMs: Number.POSITIVE_INFINITY,
    lingerMs: 8,
    onOutage: (error) => deps.log.warn({ err: error }, 'settling waits for the database'),
  });
}

async function settleBatch(
  batch: EndedAttempt[],
  deps: Reads & Links & Queues & Wakes & Routes & Guards & Clock & Chance & Logs,
  options: SettleOptions,
): Promise<undefined[]> {
  const sorted = [...batch].sort((a, b) => (a.job.id < b.job.id ? -1 : 1));
  const claim: Claim = { claimId: randomUUID(), workerId: options.worker.id };
  const receivers = await loadReceivers(deps.receivers, sorted);
  // The stack frees the slots taken for deliveries if the transaction fails.
  using slots = new DisposableStack();
  const takeSlot = () => {
    const slot = options.deliverySlots.take();
    return slot && slots.use(slot);
  };
  const { stored, turns } = await deps.db.transaction(async (tx) => {
    const held = await lockClaimedJobs(
      tx,
      sorted.map(({ job }) => ({ id: job.id, claimId: job.claim_id ?? '' })),
    );
    const mine = sorted.filter(({ job }) => held.has(job.id)).map((ended) => settlement(ended, deps));
    const all = mine.map((settled) => withDeliveries(settled, receivers, claim, deps, takeSlot));
    return { stored: all, turns: await storeSettled(tx, all, deps) };
  });
  slots.move();
  deps.notify('ended');
  tellReaders(deps, stored);
  if (stored.some(({ settled }) => settled.job.flow_id !== null)) {
    options.wakeLines();
    deps.notify('line');
  }
  const isDue = stored.some((entry) => entry.deliveries.some((delivery) => delivery.claim === null));
  if (isDue || turns > 0) deps.notify('due');
  for (const entry of stored) follow(entry, options, deps);
  return batch.map(() => undefined);
}

/** Returns the endpoints of the jobs' projects, including the endpoints that the jobs name. */
export async function loadReceivers(
  receivers: ReceiverLookup,
  ended: { job: Pick<FullJobRow, 'project_id' | 'callback'> }[],
): Promise<ReceiversByProject> {
  const named = Map.groupBy(ended, ({ job }) => job.project_id);
  const found = new Map<string, readonly ReceiverRow[]>();
  // Projects are read one after the other, because a transaction has one connection.
  for (const [projectId, jobs] of named) {
    const ids = new Set(jobs.flatMap(({ job }) => job.callback?.endpoint?.id ?? []));
    found.set(projectId, await receivers.of(projectId, [...ids]));
  }
  return found;
}

function withDeliveries(
  settled: Settlement,
  receivers: ReceiversByProject,
  claim: Claim,
  deps: Links & Clock & Logs,
  takeSlot: () => Slot | undefined,
): Stored {
  const progress = attemptFailedDeliveries(settled, receivers.get(settled.job.project_id) ?? [], deps);
  if (settled.update.endedAt === null) return { settled, deliveries: progress, row: null };
  const row = settledRow(settled);
  const slot = wantsCallback(row) ? takeSlot() : undefined;
  const stored = withRow(settled, row, receivers, slot ? claim : null, deps);
  return { ...stored, slot, deliveries: [...progress, ...stored.deliveries] };
}

/** Returns an ended job's settlement with the deliveries that report the end. */
export function withRow(
  settled: Settlement,
  row: FullJobRow,
  receivers: ReceiversByProject,
  claim: Claim | null,
  deps: Links & Clock,
): Stored {
  const options = {
    callbackSealed: settled.job.callback_secrets,
    claim,
    keepBytes: settled.job.options.resultTtlSeconds === 0,
    receivers: receivers.get(row.project_id) ?? [],
  };
  return { settled, deliveries: terminalDeliveries(row, options, deps), row };
}

/**
 * Writes settlements inside the caller's transaction, which has locked the jobs. Returns the number of turns that have
 * begun.
 */
export async function storeSettled(tx: Tx, all: Stored[], deps: TurnDeps): Promise<number> {
  if (all.length === 0) return 0;
  const settled = all.map((entry) => entry.settled);
  const deliveries = all.flatMap((entry) => entry.deliveries);
  await insertAttempts(
    tx,
    settled.flatMap((entry) => entry.attempt ?? []),
  );
  await updateJobs(
    tx,
    settled.map((entry) => entry.update),
  );
  await insertResults(tx, settled.flatMap(keptResult));
  await addCallTokens(tx, settled.flatMap(tokensOf));
  await insertStatDeltas(tx, countEnded(settled));
  await erase(tx, settled);
  await endStreams(tx, settled.flatMap(endedStream));
  const retries = settled.filter((entry) => entry.update.admitted);
  await deps.queue.insert(
    tx,
    'fetch',
    retries.map(({ job, update }) => messageOfJob(job, update.delayMs ?? 0)),
  );
  const turns = await advanceRuns(tx, deps, settled.flatMap(endOfRunJob));
  await wakeLines(tx, flowsOf(settled));
  await tellDeliveries(tx, deps, deliveries);
  return turns;
}

function endOfRunJob({ job, update, result }: Settlement): EndedRunJob[] {
  const { state, error } = update;
  if (job.run_id === null || state === 'retrying') return [];
  return [{ jobId: job.id, runId: job.run_id, state, error, body: result?.body ?? null }];
}

/** Tells the readers of streams that their jobs have ended. */
function tellReaders(deps: Wakes, stored: Stored[]): void {
  for (const { settled, row } of stored)
    if (row !== null && row.options.stream !== undefined) deps.notify('events', settled.job.id);
}

function endedStream({ job, update }: Settlement): { jobId: string; expiresAt: Date }[] {
  const { endedAt } = update;
  return endedAt === null || job.options.stream === undefined
    ? []
    : [{ jobId: job.id, expiresAt: streamExpiry(job, endedAt) }];
}

/** Returns the lines of the flows of which an attempt has ended, each once. */
function flowsOf(settled: Settlement[]): string[] {
  return [...new Set(settled.flatMap(({ job }) => job.flow_id ?? []))];
}

/** Returns the tokens that a model API says it has used. The body of any other job is not read. */
function tokensOf({ job, result }: Settlement): CallTokens[] {
  if (job.gateway === null || result === null || result.truncated) return [];
  const read = readJsonBody({ body: result.body, truncated: false })();
  const { input, output } = tokenUsage(read?.value);
  return input === null && output === null ? [] : [{ jobId: job.id, input, output }];
}

function keptResult(settled: Settlement) {
  return settled.result !== null && settled.job.options.resultTtlSeconds > 0 ? [settled.result] : [];
}

async function erase(tx: Tx, settled: Settlement[]): Promise<void> {
  const secrets: { jobId: string; eraseAt: Date | null }[] = [];
  const bodies: { jobId: string; eraseAt: Date | null }[] = [];
  for (const { job, erase } of settled) {
    if (erase === null) continue;
    if (job.secrets !== null || job.callback_secrets !== null)
      secrets.push({ jobId: job.id, eraseAt: erase.secretsAt });
    if (job.has_body && erase.bodyAt !== 'with result') bodies.push({ jobId: job.id, eraseAt: erase.bodyAt });
  }
  await eraseSecrets(tx, secrets);
  await eraseBodies(tx, bodies);
}

/**
 * Does what follows the commit: sends the delivery that this worker sends itself, sets the alarm for a retry, and
 * writes the attempt's log line.
 */
function follow({ settled, deliveries, row, slot }: Stored, options: SettleOptions, deps: Logs): void {
  const own = deliveries.find((delivery) => delivery.claim !== null);
  if (own && row && slot) {
    const handed = { delivery: handedRow(own), row, slot };
    options.handOn(handed).catch((error: unknown) => deps.log.error({ err: error }, 'handing on a delivery failed'));
  }
  if (settled.update.admitted) options.wakeIn(settled.update.delayMs ?? 0);
  deps.log.info(attemptLine(settled), 'attempt');
}

function handedRow(delivery: NewDelivery): DeliveryRow {
  return {
    id: delivery.id,
    project_id: delivery.projectId,
    job_id: delivery.jobId,
    endpoint_id: delivery.endpointId,
    event_id: delivery.eventId,
    type: delivery.type,
    url: delivery.url,
    headers: delivery.headers,
    payload: delivery.payload,
    schedule: delivery.scheduleSeconds,
    give_up_on: delivery.giveUpOn,
    state: 'in_progress',
    attempt_count: 1,
    interruption_count: 0,
    attempt_base: 0,
    claim_id: delivery.claim?.claimId ?? null,
    claimed_by: delivery.claim?.workerId ?? null,
    claimed_at: delivery.createdAt,
    created_at: delivery.createdAt,
    sealed: delivery.sealed === null ? null : Buffer.from(delivery.sealed),
    endpoint_headers: null,
    endpoint_sealed: null,
    endpoint_tls: null,
    endpoint_tls_key: null,
    body: delivery.body === null ? null : Buffer.from(delivery.body),
  };
}

function attemptLine({ job, attempt, decision, update }: Settlement): object {
  return {
    jobId: formatId('job', job.id),
    attempt: attempt?.n,
    method: job.method,
    url: job.url,
    outcome: attempt?.outcome,
    status: attempt?.status,
    failure: attempt?.failure?.code,
    ms: attempt && attempt.endedAt.getTime() - attempt.startedAt.getTime(),
    rule: decision.rule,
    then: decision.then,
    delayMs: update.delayMs,
    state: update.state,
  };
}
