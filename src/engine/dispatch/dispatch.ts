import { setTimeout as pause } from 'node:timers/promises';
import { type EgressHealth, makeEgressHealth } from '#src/engine/attempt/egress-health.ts';
import { makeRunJob } from '#src/engine/attempt/run-job.ts';
import { makeSigners, type Signers } from '#src/engine/deliver/live-signers.ts';
import { makeRunDelivery, type RunDelivery } from '#src/engine/deliver/run-delivery.ts';
import { makeSettleDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import { type Lines, makeLines } from '#src/engine/deliver/waiting-line.ts';
import type { Chance, Clock, Links, Logs, Queues, Reads, Routes, Wakes } from '#src/engine/deps.ts';
import { type Alarm, makeAlarm } from '#src/engine/pump/alarm.ts';
import { makePump, type Pump } from '#src/engine/pump/pump.ts';
import { makeUnderWay, type UnderWay } from '#src/engine/pump/under-way.ts';
import { makeSettle } from '#src/engine/settle/settle-jobs.ts';
import type { Send } from '#src/outbound/request.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { claimDueDeliveries, claimDueJobs } from './claim-due.ts';

export type DispatchOptions = {
  worker: { id: string; name: string };
  /** How many attempts of jobs, and of deliveries, may be under way at once. */
  slots: number;
  /** Bytes of requests and responses in memory above which nothing more is claimed; of deliveries, only small ones are. */
  memoryBytes: number;
  maxResponseBytes: number;
  send: Send;
  /** False while the worker is out of touch with the database. */
  inTouch: () => boolean;
};

/** One of a worker's two loops, and the alarm that wakes it. */
export type Loop = Pick<Pump, 'idle'> & Pick<Alarm, 'wake' | 'wakeIn'>;

/** The worker's hot path: claim, send, settle; for jobs and for deliveries. */
export type Dispatcher = {
  jobs: Loop;
  deliveries: Loop;
  underWay: UnderWay;
  egress: EgressHealth;
  signers: Signers;
  /** Pulls from the endpoints' lines what may soon be sent. Call it every second. */
  moveLines(): Promise<void>;
  /** Stops claiming, waits for what runs, then interrupts it after `graceMs`. */
  drain(graceMs: number): Promise<void>;
  /** Ends the waiting: a drain that is under way, or begins later, interrupts at once. */
  hurry(): void;
};

/** Starts the two loops of a worker. What a step needs of a later one is made before it, so deliveries come first. */
export function makeDispatcher(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  options: DispatchOptions,
): Dispatcher {
  const path: Path = {
    ...options,
    underWay: makeUnderWay(options.slots),
    egress: makeEgressHealth(deps.now),
    signers: makeSigners(deps),
    alarms: { jobs: makeAlarm(), deliveries: makeAlarm() },
  };
  const { underWay, alarms } = path;
  const deliveries = startDeliveries(deps, path);
  const jobs = startJobs(deps, path, deliveries);
  let hurried = false;

  return {
    jobs: loopOf(jobs, alarms.jobs),
    deliveries: loopOf(deliveries.pump, alarms.deliveries),
    underWay,
    egress: path.egress,
    signers: path.signers,
    moveLines: deliveries.lines.move,
    hurry() {
      hurried = true;
    },
    async drain(graceMs) {
      underWay.close();
      await Promise.all([jobs.stop(), deliveries.pump.stop(), deliveries.lines.stop()]);
      const deadline = performance.now() + graceMs;
      while (underWay.ids().length > 0 && performance.now() < deadline && !hurried) await pause(20);
      // Settling a job may hand on a delivery that was claimed before the drain began: it is over when nothing is held.
      while (underWay.ids().length > 0) {
        for (const id of underWay.sending()) underWay.abort(id, 'shutdown');
        await pause(5);
      }
    },
  };
}

/** What the steps of one worker share. */
type Path = DispatchOptions & {
  underWay: UnderWay;
  egress: EgressHealth;
  signers: Signers;
  alarms: { jobs: Alarm; deliveries: Alarm };
};

/** The way of a job: claim it, send its request, settle the outcome, and hand on the delivery that tells of its end. */
function startJobs(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  path: Path,
  { run: runDelivery, bytesLeft }: Deliveries,
): Pump {
  const { worker, underWay, alarms, inTouch } = path;
  const settle = makeSettle(deps, {
    worker,
    deliverySlots: underWay.of('delivery'),
    async handOn({ delivery, row, slot }) {
      using own = slot;
      await runDelivery(delivery, row, own);
    },
    wakeIn: alarms.jobs.wakeIn,
  });
  const run = makeRunJob(deps, path, settle);
  const budget = () => bytesLeft() - underWay.bytesOf('job') - settle.pending.bytes;
  return makePump<ClaimedJob>({
    alarm: alarms.jobs,
    slots: underWay.of('job'),
    mayClaim: () => inTouch() && budget() > 0,
    claim: (limit) => claimDueJobs(deps, worker.id, limit, budget()),
    perform: run,
    onError: (error) => deps.log.warn({ err: error }, 'claiming jobs failed'),
  });
}

/** The loop of deliveries. */
type Deliveries = {
  pump: Pump;
  lines: Lines;
  run: RunDelivery;
  /**
   * Bytes of memory that deliveries leave. Bytes of jobs do not count: a request may take hours, and events must not wait
   * for it.
   */
  bytesLeft: () => number;
};

/** The way of a delivery: claim it through the gate, sign and send it, settle the outcome. What may not go waits in a line. */
function startDeliveries(
  deps: Reads & Links & Queues & Wakes & Routes & Clock & Chance & Logs,
  path: Path,
): Deliveries {
  const { worker, underWay, alarms, inTouch, memoryBytes } = path;
  const { wakeIn } = alarms.deliveries;
  const lines = makeLines(deps, underWay, wakeIn);
  const settle = makeSettleDeliveries(deps, wakeIn);
  const run = makeRunDelivery(deps, path, settle);
  const bytesLeft = () => memoryBytes - underWay.bytesOf('delivery') - settle.pending.bytes;
  const capacity = () => ({
    room: lines.room,
    bytes: bytesLeft(),
    noneLarge: underWay.bytesOf('delivery') === 0,
  });
  const pump = makePump<DeliveryRow>({
    alarm: alarms.deliveries,
    slots: underWay.of('delivery'),
    mayClaim: inTouch,
    claim: (limit) => claimDueDeliveries(deps, worker.id, limit, capacity(), wakeIn),
    perform: (delivery, slot) => run(delivery, null, slot),
    onError: (error) => deps.log.warn({ err: error }, 'claiming deliveries failed'),
  });
  return { pump, lines, run, bytesLeft };
}

function loopOf(pump: Pump, { wake, wakeIn }: Alarm): Loop {
  return {
    get idle() {
      return pump.idle;
    },
    wake,
    wakeIn,
  };
}
