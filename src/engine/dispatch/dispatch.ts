import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type EgressHealth, makeEgressHealth } from '#src/engine/attempt/egress-health.ts';
import { makeRunJob } from '#src/engine/attempt/run-job.ts';
import { type Capacity, throughGate } from '#src/engine/deliver/gate.ts';
import { makeSigners, type Signers } from '#src/engine/deliver/live-signers.ts';
import { makeRunDelivery } from '#src/engine/deliver/run-delivery.ts';
import { makeSettleDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import { makeLines } from '#src/engine/deliver/waiting-line.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { tellStarted } from '#src/engine/event/progress-delivery.ts';
import { type InFlight, makeInFlight } from '#src/engine/pump/in-flight.ts';
import { makePump, type Pump } from '#src/engine/pump/pump.ts';
import type { Room } from '#src/engine/pump/room.ts';
import { makeSettle } from '#src/engine/settle/settle-jobs.ts';
import type { Send } from '#src/outbound/request.ts';
import { claimDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { smallBytes } from '#src/store/delivery/gate-rows.ts';
import { type ClaimedJob, claimJobs, withinBytes } from '#src/store/job/claim-jobs.ts';

export type DispatchOptions = {
  worker: { id: string; name: string };
  slots: number;
  /** Bytes of requests and responses in memory above which nothing more is claimed, and of deliveries above which only small ones are. */
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
  inFlight: InFlight;
  egress: EgressHealth;
  signers: Signers;
  /** Fetches from the endpoints' lines what may soon be sent. Call every second. */
  moveLines(): Promise<void>;
  /** Stops claiming, waits for what runs, then interrupts it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
  /** No more waiting: a drain that is under way, or begins later, interrupts at once. */
  hurry(): void;
};

export function makeDispatcher(deps: EngineDeps, options: DispatchOptions): Dispatcher {
  const { worker, slots, inTouch } = options;
  const inFlight = makeInFlight();
  const run = { ...options, inFlight, egress: makeEgressHealth(deps.now), signers: makeSigners(deps) };
  const held = { requestBytes: 0, deliveryBytes: 0 };
  let draining = false;
  let hurried = false;

  const tries = makeSettleDeliveries(deps, (delayMs) => deliver.wakeIn(delayMs));
  const runDelivery = makeRunDelivery(deps, run, tries);
  const lines = makeLines(deps, slots, (delayMs) => deliver.wakeIn(delayMs));
  const sendDelivery = makeSendDelivery(runDelivery, inFlight, lines.room, held);
  const wakeIn = (delayMs: number) => deliver.wakeIn(delayMs);
  // Not what jobs hold: a request may take hours, and events must not wait for it.
  const deliveryBytesLeft = () => options.memoryBytes - held.deliveryBytes - tries.pending.bytes;
  const capacity = () => ({ room: lines.room, bytes: deliveryBytesLeft(), noneLarge: held.deliveryBytes === 0 });
  const deliver: Pump = makePump<DeliveryRow>({
    slots,
    mayClaim: inTouch,
    claim: (limit) => claimDueDeliveries(deps, worker.id, limit, capacity(), wakeIn),
    perform: (delivery) => sendDelivery(delivery, null),
    onError: (error) => deps.log.warn({ err: error }, 'claiming deliveries failed'),
  });
  const settle = makeSettle(deps, {
    worker,
    deliverySlots: { take: () => !draining && deliver.take(), release: deliver.release },
    handOn: ({ delivery, row }) => void sendDelivery(delivery, row).finally(deliver.release),
    wakeIn: (delayMs) => fetch.wakeIn(delayMs),
  });
  const runJob = makeRunJob(deps, run, settle);
  const bytesLeft = () => deliveryBytesLeft() - held.requestBytes - settle.pending.bytes;
  const fetch: Pump = makePump<ClaimedJob>({
    slots,
    mayClaim: () => inTouch() && bytesLeft() > 0,
    claim: (limit) => claimDueJobs(deps, worker.id, limit, bytesLeft()),
    async perform(job) {
      const bytes = job.body?.byteLength ?? 0;
      held.requestBytes += bytes;
      inFlight.hold(job.id);
      await runJob(job);
      inFlight.letGo(job.id);
      held.requestBytes -= bytes;
    },
    onError: (error) => deps.log.warn({ err: error }, 'claiming jobs failed'),
  });

  return {
    fetch,
    deliver,
    inFlight,
    egress: run.egress,
    signers: run.signers,
    moveLines: lines.move,
    hurry() {
      hurried = true;
    },
    async drain(graceMs) {
      draining = true;
      await Promise.all([fetch.stop(), deliver.stop(), lines.stop()]);
      const deadline = performance.now() + graceMs;
      while (inFlight.held().length > 0 && performance.now() < deadline && !hurried) await pause(20);
      // Settling one may hand on another that was claimed before the drain began; until nothing is held, nothing is over.
      while (inFlight.held().length > 0) {
        for (const id of inFlight.ids()) inFlight.abort(id, 'shutdown');
        await pause(5);
      }
    },
  };
}

/** Sends a delivery, counted while it is under way: by its endpoint, and with the bytes that it holds. */
function makeSendDelivery(
  run: ReturnType<typeof makeRunDelivery>,
  inFlight: InFlight,
  room: Room,
  held: { deliveryBytes: number },
): typeof run {
  return async (delivery, row) => {
    const bytes = largeBytes(delivery.body ?? row?.result_body);
    held.deliveryBytes += bytes;
    inFlight.hold(delivery.id);
    room.enter(delivery.endpoint_id);
    await run(delivery, row);
    held.deliveryBytes -= bytes;
    inFlight.letGo(delivery.id);
    room.leave(delivery.endpoint_id);
  };
}

/** Small ones are not counted, as they are not when they are claimed. */
function largeBytes(body: Buffer | null | undefined): number {
  return body && body.byteLength > smallBytes ? body.byteLength : 0;
}

type Claimed<Work> = { work: Work[]; more: boolean };

async function claimDueJobs(
  deps: EngineDeps,
  workerId: string,
  limit: number,
  bytes: number,
): Promise<Claimed<ClaimedJob>> {
  const { told, ...claimed } = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'fetch', limit);
    if (ids.length === 0) return { work: [], more: full, told: false };
    const fitting = await withinBytes(tx, ids, bytes);
    const rest = ids.slice(fitting.length);
    const again = rest.map((id) => ({ id, delayMs: 0 }));
    await deps.queue.insert(tx, 'fetch', again);
    const work = await claimJobs(tx, fitting, { claimId: randomUUID(), workerId });
    return { work, more: full && rest.length === 0, told: await tellStarted(tx, work, deps) };
  });
  if (told) deps.notify('due');
  return claimed;
}

async function claimDueDeliveries(
  deps: EngineDeps,
  workerId: string,
  limit: number,
  capacity: Capacity,
  wakeIn: (delayMs: number) => void,
): Promise<Claimed<DeliveryRow>> {
  const claimed = await deps.db.transaction(async (tx) => {
    const { ids, full } = await deps.queue.take(tx, 'deliver', limit);
    if (ids.length === 0) return { rows: [], wakeIn: [], more: full };
    const { go, wakeIn: later } = await throughGate(tx, deps, ids, capacity);
    const rows = go.length === 0 ? [] : await claimDeliveries(tx, go, { claimId: randomUUID(), workerId });
    return { rows, wakeIn: later, more: full };
  });
  for (const delayMs of claimed.wakeIn) wakeIn(delayMs);
  return { work: claimed.rows, more: claimed.more };
}
