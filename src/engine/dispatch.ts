import { randomUUID } from 'node:crypto';
import type { Outcome } from '#src/domain/outcome.ts';
import type { Send } from '#src/outbound/request.ts';
import { type ClaimedJob, claimJobs, withinBytes } from '#src/store/claim-jobs.ts';
import { claimDeliveries, type DeliveryRow } from '#src/store/deliveries.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import { deliveryBytes, deliveryRequest, makeSigningSecrets } from './deliver.ts';
import type { EngineDeps } from './deps.ts';
import { jobRequest } from './job-request.ts';
import { makePump, type Pump } from './pump.ts';
import { makeSettle } from './settle.ts';
import { makeSettleDeliveries } from './settle-delivery.ts';

export type DispatchOptions = {
  worker: { id: string; name: string };
  slots: number;
  /** Request and response bytes in memory above which nothing more is claimed. */
  memoryBytes: number;
  maxResponseBytes: number;
  send: Send;
  /** False while the worker is out of touch with the database. */
  inTouch: () => boolean;
};

/** The worker's hot path: claim → send → settle, for jobs and for deliveries. */
export type Dispatcher = {
  fetch: Pump;
  deliver: Pump;
  /** Aborts a job's running request; its outcome is ignored, since whoever cancelled it has written its attempt. */
  abort(jobId: string): void;
  running(): string[];
  /** Stops claiming, waits for what runs, then interrupts it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
};

export function makeDispatcher(deps: EngineDeps, options: DispatchOptions): Dispatcher {
  const aborts = new Map<string, AbortController>();
  const bytes = { requests: 0 };
  const worker = options.worker;
  let draining = false;

  const deliver = makePump<{ delivery: DeliveryRow; row: FullJobRow | null }>({
    slots: options.slots,
    mayClaim: options.inTouch,
    claim: (limit) => claimDueDeliveries(deps, worker.id, limit),
    perform: ({ delivery, row }) => performDelivery(delivery, row),
    onError: (error) => deps.log.warn({ err: error }, 'claiming deliveries failed'),
  });
  const tries = makeSettleDeliveries(deps, (delayMs) => deliver.wakeIn(delayMs));
  const settle = makeSettle(deps, {
    worker,
    deliverySlots: { take: () => !draining && deliver.take(), release: () => deliver.release() },
    handOn: ({ delivery, row }) => void performDelivery(delivery, row).finally(() => deliver.release()),
    wakeIn: (delayMs) => fetch.wakeIn(delayMs),
  });
  const overBudget = () => bytes.requests + settle.pending.bytes + tries.pending.bytes >= options.memoryBytes;
  const fetch = makePump<ClaimedJob>({
    slots: options.slots,
    mayClaim: () => options.inTouch() && !overBudget(),
    claim: (limit) => claimDueJobs(deps, worker.id, limit, options.memoryBytes - bytes.requests),
    perform: performJob,
    onError: (error) => deps.log.warn({ err: error }, 'claiming jobs failed'),
  });

  const secretsOf = makeSigningSecrets(deps);

  async function performJob(job: ClaimedJob): Promise<void> {
    const size = job.body?.byteLength ?? 0;
    const controller = new AbortController();
    aborts.set(job.id, controller);
    bytes.requests += size;
    const startedAt = new Date(deps.now());
    const outcome = await attempt(
      () => options.send({ ...jobRequest(job, deps, options), signal: controller.signal }),
      deps,
    );
    aborts.delete(job.id);
    bytes.requests -= size;
    if (controller.signal.reason === 'cancelled') return;
    await settle.add({ job, outcome, startedAt, endedAt: new Date(deps.now()), worker: worker.name }).catch(lostSettle);
  }

  async function performDelivery(delivery: DeliveryRow, row: FullJobRow | null): Promise<void> {
    const controller = new AbortController();
    aborts.set(delivery.id, controller);
    const startedAt = new Date(deps.now());
    let sent: Buffer | null = null;
    const outcome = await attempt(async () => {
      sent = await deliveryBytes(delivery, row, deps);
      if (sent === null) return expunged;
      const request = deliveryRequest(delivery, sent, await secretsOf(delivery.project_id), deps);
      return options.send({ ...request, signal: controller.signal });
    }, deps);
    aborts.delete(delivery.id);
    const ended = { delivery, bytes: sent, outcome, startedAt, endedAt: new Date(deps.now()), worker: worker.name };
    await tries.add(ended).catch(lostSettle);
  }

  /** The claim stays; the reaper takes it when this worker is gone. Nothing is lost, but somebody must look. */
  function lostSettle(error: unknown): void {
    deps.log.error({ err: error }, 'settling failed');
  }

  return {
    fetch,
    deliver,
    abort: (jobId) => aborts.get(jobId)?.abort('cancelled'),
    running: () => [...aborts.keys()],
    async drain(graceMs) {
      draining = true;
      await Promise.all([fetch.stop(), deliver.stop()]);
      const deadline = performance.now() + graceMs;
      while (aborts.size > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const controller of aborts.values()) controller.abort('shutdown');
      while (aborts.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await settle.idle();
      await tries.idle();
    },
  };
}

/** The outcome of an attempt for which nothing could be sent. */
function unsendable(message: string): Outcome {
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 0 };
  return { kind: 'invalid_request', message, timings };
}

const expunged = unsendable('the payload of this event was deleted before it could be sent (payload_expunged)');

/** `send` never rejects for what the network does; a throw here is ours, and must not leave the job hanging. */
async function attempt(act: () => Promise<Outcome>, deps: EngineDeps): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    deps.log.error({ err: error }, 'an attempt could not be made');
    return unsendable(`the request could not be made: ${(error as Error).message}`);
  }
}

function claimDueJobs(deps: EngineDeps, workerId: string, limit: number, bytes: number): Promise<ClaimedJob[]> {
  return deps.db.transaction(async (tx) => {
    const ids = await deps.queue.take(tx, 'fetch', limit);
    if (ids.length === 0) return [];
    const fitting = await withinBytes(tx, ids, bytes);
    const rest = ids.slice(fitting.length);
    await deps.queue.insert(
      tx,
      'fetch',
      rest.map((id) => ({ id, delayMs: 0 })),
    );
    return claimJobs(tx, fitting, { claimId: randomUUID(), workerId });
  });
}

function claimDueDeliveries(
  deps: EngineDeps,
  workerId: string,
  limit: number,
): Promise<{ delivery: DeliveryRow; row: FullJobRow | null }[]> {
  return deps.db.transaction(async (tx) => {
    const ids = await deps.queue.take(tx, 'deliver', limit);
    if (ids.length === 0) return [];
    const rows = await claimDeliveries(tx, ids, { claimId: randomUUID(), workerId });
    return rows.map((delivery) => ({ delivery, row: null }));
  });
}
