import { isAsyncJobEvent } from '#src/contract/event/event-names.ts';
import { decideDelivery } from '#src/domain/decide/decide-delivery.ts';
import type { Decision, DeliveryError } from '#src/domain/decide/decision.ts';
import { failureCause, failurePrint } from '#src/domain/decide/failure-print.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { failureError } from '#src/domain/decide/outcome-text.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { type KnownSecrets, makeHider } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import { attemptRecord } from '#src/engine/attempt/attempt-record.ts';
import { hideInDecision } from '#src/engine/attempt/known-secrets.ts';
import type { Chance, Clock, Links, Logs, Paces, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
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

/** An attempt of a delivery that has ended. `bytes` is the body that was sent; null: there was nothing to send. */
export type EndedDelivery = {
  delivery: DeliveryRow;
  bytes: Buffer | null;
  outcome: Outcome;
  /** Secrets that the response may repeat; absent: there is no response. */
  secrets?: KnownSecrets;
  /** True if our own network was down. The failure then does not count against the endpoint. */
  egressDown: boolean;
  /** True if no other host has answered lately. Then a failure may come from the endpoint or from our own network. */
  alone?: boolean;
  /** Number of workers lost with the delivery, this one included. */
  lost?: number;
  startedAt: Date;
  endedAt: Date;
  worker: string;
};

/** An ended attempt with its decision and the rows to write. */
export type SettledDelivery = { ended: EndedDelivery; decision: Decision; update: DeliveryUpdate; attempt: NewAttempt };

/** Makes the writer of ended attempts. It settles them in batches, each in one transaction. */
export function makeSettleDeliveries(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Paces & Logs,
  wakeIn: (delayMs: number) => void,
): GroupCommit<EndedDelivery, undefined> {
  return makeGroupCommit<EndedDelivery, undefined>({
    name: 'settle deliveries',
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
  deps: Reads & Links & Queues & Routes & Clock & Chance & Paces & Logs,
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

/** Returns the decision after a failure of our own network: an attempt follows soon, and this one is not counted. */
const egressDecision = (delayMs: number): Decision => ({
  then: 'retry',
  delayMs,
  countAs: null,
  rule: 'egress',
  why: `Nothing could be reached from here at the time, so the receiver is not to blame: again in ${delayMs / 1_000} s, and no attempt is used up.`,
  inputs: {},
});

const noSecrets: KnownSecrets = { names: [], values: [] };

/** Decides what follows from an attempt's outcome for its delivery. Writes nothing. */
export function settleDelivery(ended: EndedDelivery, deps: Chance & Paces): SettledDelivery {
  const { delivery, outcome, secrets = noSecrets } = ended;
  const blameless = ended.egressDown && outcome.kind !== 'response';
  const interruptions = delivery.interruption_count + (outcome.kind === 'interrupted' || blameless ? 1 : 0);
  const made = blameless
    ? egressDecision(deps.pace.egressRetryMs)
    : decideDelivery({
        scheduleSeconds: delivery.schedule ?? deliveryLimits.scheduleSeconds,
        giveUpOn: delivery.give_up_on ?? [],
        history: { attempts: delivery.attempt_count - interruptions - delivery.attempt_base },
        outcome,
        lost: ended.lost ?? 0,
        nowMs: ended.endedAt.getTime(),
        random: deps.random(),
      });
  const hide = makeHider(secrets);
  const decision = hideInDecision(made, hide);
  const delayMs = decision.then === 'retry' ? decision.delayMs : null;
  const error = errorAfterTry(decision, outcome, hide);
  return {
    ended,
    decision,
    update: {
      id: delivery.id,
      state: decision.then === 'complete' ? 'delivered' : decision.then === 'fail' ? 'failed' : 'retrying',
      interruptionCount: interruptions,
      status: outcome.kind === 'response' ? outcome.status : null,
      error,
      failure: error && decision.then === 'fail' ? printOf(delivery, error, decision.rule, outcome) : null,
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
      redact: { query: secrets.names, response: [] },
      secrets: secrets.values,
      keepBody: true,
    }),
  };
}

/** Returns what a failure has in common with others of its kind. */
function printOf({ url }: DeliveryRow, { code }: DeliveryError, rule: string | null, outcome: Outcome): string {
  const cause = failureCause(code, outcome.kind === 'response' ? outcome.status : null);
  return failurePrint({ host: URL.parse(url)?.hostname ?? '', cause, rule });
}

/** Returns the error to store: that of a failed delivery, or that of the last attempt while the delivery goes on. */
function errorAfterTry(decision: Decision, outcome: Outcome, hide: (text: string) => string): DeliveryError | null {
  if (decision.then === 'complete') return null;
  if (decision.then === 'retry') {
    if (outcome.kind === 'response') return { code: 'bad_status', message: `The receiver answered ${outcome.status}.` };
    const { code, message } = failureError(outcome);
    return { code, message: hide(message) };
  }
  const isExpunged = outcome.kind === 'invalid_request' && outcome.lacks === 'payload';
  return isExpunged ? { ...decision.error, code: 'payload_expunged' } : decision.error;
}

/** Writes settled attempts inside the caller's transaction, which has locked the deliveries. */
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
  // A delivery that did not succeed can be sent again, even after the result of its job has expired. So its bytes stay
  // as long as its row.
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

/** Events of Bifrost's shape are made anew for each attempt, because they say what has become of the result. */
function bytesToKeep({ delivery, bytes }: EndedDelivery): { id: string; body: Uint8Array }[] {
  if (isAsyncJobEvent(delivery.type)) return [];
  return bytes !== null && delivery.body === null ? [{ id: delivery.id, body: bytes }] : [];
}

/**
 * Returns true if an attempt counts for the endpoint's health. A failed `job.started` or `job.attempt_failed` does not
 * count against it, because it must not delay the events of job ends. A success, or 410, counts for any event.
 */
function saysHealth({ ended, decision, update }: SettledDelivery): boolean {
  if (ended.egressDown) return false;
  return !isProgress(ended.delivery.type) || decision.then === 'complete' || update.status === 410;
}

/** Returns true if the delivery may have secrets or bytes to erase. Bytes may also be left from an earlier attempt. */
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
