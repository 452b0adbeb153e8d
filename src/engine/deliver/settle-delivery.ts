import { decideDelivery } from '#src/domain/decide/decide-delivery.ts';
import type { Decision, DeliveryError } from '#src/domain/decide/decision.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { attemptRecord } from '#src/engine/attempt/attempt-record.ts';
import type { Chance, Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { messageOf } from '#src/engine/event/delivery-message.ts';
import { isProgress } from '#src/engine/event/job-event.ts';
import { keepBytes } from '#src/engine/event/keep-bytes.ts';
import { raiseDeliveryFailed } from '#src/engine/event/operator-event.ts';
import { type GroupCommit, makeGroupCommit } from '#src/engine/pump/group-commit.ts';
import { countDeliveryAttempts } from '#src/engine/stats/stat-deltas.ts';
import type { Tx } from '#src/store/db/database.ts';
import { queueHorizonMs } from '#src/store/db/queue.ts';
import { insertPayloads } from '#src/store/delivery/delivery-payloads.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import {
  type DeliveryUpdate,
  eraseDeliveries,
  lockClaimedDeliveries,
  updateDeliveries,
} from '#src/store/delivery/update-deliveries.ts';
import { insertAttempts, type NewAttempt } from '#src/store/job/insert-attempts.ts';
import { insertStatDeltas } from '#src/store/stats/stat-rows.ts';
import { recordHealth } from './record-health.ts';

/** A delivery's try that has ended; `bytes` is what was sent, null when there was nothing to send. */
export type EndedDelivery = {
  delivery: DeliveryRow;
  bytes: Buffer | null;
  outcome: Outcome;
  /** Nothing at all could be reached from here: the receiver is not to blame. */
  egressDown: boolean;
  /** Nobody else has answered here lately: whether its silence is the receiver's or our own fault cannot be told. */
  alone?: boolean;
  /** How many workers were lost with the delivery, this one included. */
  lost?: number;
  startedAt: Date;
  endedAt: Date;
  worker: string;
};

export type SettledDelivery = { ended: EndedDelivery; decision: Decision; update: DeliveryUpdate; attempt: NewAttempt };

/** Collects ended tries and writes them in batches. */
export function makeSettleDeliveries(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  wakeIn: (delayMs: number) => void,
): GroupCommit<EndedDelivery, undefined> {
  return makeGroupCommit<EndedDelivery, undefined>({
    commit: (batch) => settleBatch(batch, deps, wakeIn),
    bytesOf: (ended) => 1_000 + (ended.bytes?.byteLength ?? 0),
    onUnstorable: (_ended, error) => Promise.reject(error as Error),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
    lingerMs: 8,
    onOutage: (error) => deps.log.warn({ err: error }, 'settling deliveries waits for the database'),
  });
}

async function settleBatch(
  batch: EndedDelivery[],
  deps: Reads & Links & Queues & Routes & Clock & Chance & Logs,
  wakeIn: (delayMs: number) => void,
): Promise<undefined[]> {
  const sorted = [...batch].sort((a, b) => (a.delivery.id < b.delivery.id ? -1 : 1));
  const settled = await deps.db.transaction(async (tx) => {
    const claims = sorted.map(({ delivery }) => ({ id: delivery.id, claimId: delivery.claim_id ?? '' }));
    const held = await lockClaimedDeliveries(tx, claims);
    const mine = sorted.filter(({ delivery }) => held.has(delivery.id)).map((ended) => settleDelivery(ended, deps));
    await storeSettledDeliveries(tx, mine, deps);
    return mine;
  });
  for (const entry of settled) {
    if (entry.update.admitted) wakeIn(entry.update.delayMs ?? 0);
    deps.log.info(deliveryLine(entry), 'delivery');
  }
  return batch.map(() => undefined);
}

/** Tried again soon, and no attempt is used up. */
const egressDecision: Decision = {
  then: 'retry',
  delayMs: 10_000,
  countAs: null,
  rule: 'egress',
  why: 'Nothing could be reached from here at the time, so the receiver is not to blame: again in 10 s, and no attempt is used up.',
  inputs: {},
};

/** Decides what a try's outcome means for its delivery. */
export function settleDelivery(ended: EndedDelivery, deps: Chance): SettledDelivery {
  const { delivery, outcome } = ended;
  const blameless = ended.egressDown && outcome.kind !== 'response';
  const interruptions = delivery.interruption_count + (outcome.kind === 'interrupted' || blameless ? 1 : 0);
  const decision = blameless
    ? egressDecision
    : decideDelivery({
        scheduleSeconds: delivery.schedule ?? deliveryLimits.scheduleSeconds,
        giveUpOn: delivery.give_up_on ?? [],
        history: { attempts: delivery.attempt_count - interruptions - delivery.attempt_base },
        outcome,
        lost: ended.lost ?? 0,
        nowMs: ended.endedAt.getTime(),
        random: deps.random(),
      });
  const delayMs = decision.then === 'retry' ? decision.delayMs : null;
  return {
    ended,
    decision,
    update: {
      id: delivery.id,
      state: decision.then === 'complete' ? 'delivered' : decision.then === 'fail' ? 'failed' : 'retrying',
      interruptionCount: interruptions,
      status: outcome.kind === 'response' ? outcome.status : null,
      error: errorOf(decision, outcome),
      delayMs,
      admitted: delayMs !== null && delayMs <= queueHorizonMs,
    },
    attempt: attemptRecord({
      ownerId: delivery.id,
      n: delivery.attempt_count,
      startedAt: ended.startedAt,
      endedAt: ended.endedAt,
      worker: ended.worker,
      outcome,
      decision,
      redact: { query: [], response: [] },
      keepBody: true,
    }),
  };
}

function errorOf(decision: Decision, outcome: Outcome): DeliveryError | null {
  if (decision.then !== 'fail') return null;
  const isExpunged = outcome.kind === 'invalid_request' && outcome.lacks === 'payload';
  return isExpunged ? { ...decision.error, code: 'payload_expunged' } : decision.error;
}

/** Writes settled tries inside the caller's transaction, which holds the deliveries' locks. */
export async function storeSettledDeliveries(
  tx: Tx,
  settled: SettledDelivery[],
  deps: Links & Queues & Routes & Clock & Logs,
): Promise<void> {
  if (settled.length === 0) return;
  await updateDeliveries(
    tx,
    settled.map((entry) => entry.update),
  );
  await insertAttempts(
    tx,
    settled.map((entry) => entry.attempt),
  );
  await insertStatDeltas(tx, countDeliveryAttempts(settled));
  const again = settled.filter((entry) => entry.decision.then === 'retry');
  // What was not delivered can be sent again, also when its result has expired: its bytes stay as long as it does.
  await insertPayloads(
    tx,
    settled.flatMap(({ ended, decision }) => (decision.then === 'complete' ? [] : bytesToKeep(ended))),
  );
  const without = settled.filter(
    ({ ended, decision }) => decision.then === 'fail' && ended.bytes === null && ended.delivery.body === null,
  );
  await keepBytes(
    tx,
    without.map(({ ended }) => ended.delivery.id),
    deps,
  );
  const over = settled.filter(({ ended, decision }) => decision.then !== 'retry' && mayHold(ended.delivery));
  await eraseDeliveries(
    tx,
    over.map(({ ended: { delivery }, decision }) => ({
      id: delivery.id,
      keepBytes: decision.then === 'fail' || delivery.job_id === null,
    })),
  );
  await recordHealth(tx, settled.filter(saysHealth), deps);
  for (const { ended, update } of settled) {
    if (update.state === 'failed' && update.error) await raiseDeliveryFailed(tx, ended.delivery, update.error, deps);
  }
  const due = again.filter((entry) => entry.update.admitted);
  await deps.queue.insert(
    tx,
    'deliver',
    due.map(({ ended, update }) => messageOf(ended.delivery, update.delayMs ?? 0)),
  );
}

function bytesToKeep({ delivery, bytes }: EndedDelivery): { id: string; body: Uint8Array }[] {
  return bytes !== null && delivery.body === null ? [{ id: delivery.id, body: bytes }] : [];
}

/**
 * A receiver that takes the ends of jobs but not the events between is well: what it makes of those must not hold back an
 * end. That it is gone, or there, it may say to any.
 */
function saysHealth({ ended, decision, update }: SettledDelivery): boolean {
  if (ended.egressDown) return false;
  return !isProgress(ended.delivery.type) || decision.then === 'complete' || update.status === 410;
}

/** Only a delivery with secrets, stored bytes or an earlier try can have left anything to erase. */
function mayHold(delivery: DeliveryRow): boolean {
  return delivery.sealed !== null || delivery.body !== null || delivery.attempt_count > 1;
}

function deliveryLine({ ended, decision, update, attempt }: SettledDelivery): object {
  return {
    deliveryId: formatId('dlv', ended.delivery.id),
    jobId: ended.delivery.job_id && formatId('job', ended.delivery.job_id),
    eventId: formatId('evt', ended.delivery.event_id),
    type: ended.delivery.type,
    attempt: attempt.n,
    url: ended.delivery.url,
    outcome: attempt.outcome,
    status: attempt.status,
    failure: attempt.failure?.code,
    ms: attempt.endedAt.getTime() - attempt.startedAt.getTime(),
    then: decision.then,
    delayMs: update.delayMs,
    state: update.state,
  };
}
