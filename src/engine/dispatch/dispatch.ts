import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { reserveFor } from '#src/domain/flow/slot-share.ts';
import { type EgressHealth, makeEgressHealth } from '#src/engine/attempt/egress-health.ts';
import { makeRunJob } from '#src/engine/attempt/run-job.ts';
import { type CoolDowns, makeCoolDowns } from '#src/engine/cool/cool-downs.ts';
import { makeSigners, type Signers } from '#src/engine/deliver/live-signers.ts';
import { makeRunDelivery, type RunDelivery } from '#src/engine/deliver/run-delivery.ts';
import { makeSettleDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import { type Lines, makeLines } from '#src/engine/deliver/waiting-line.ts';
import type {
  Chance,
  Clock,
  Guards,
  Links,
  Logs,
  Paces,
  Queues,
  Reads,
  Routes,
  Upstreams,
  Wakes,
} from '#src/engine/deps.ts';
import { type Alarm, makeAlarm } from '#src/engine/pump/alarm.ts';
import { makeJobRoom } from '#src/engine/pump/job-room.ts';
import { makePump, type Pump } from '#src/engine/pump/pump.ts';
import { makeUnderWay, type Slot, type UnderWay } from '#src/engine/pump/under-way.ts';
import { makeSettle } from '#src/engine/settle/settle-jobs.ts';
import { makeEventWriter } from '#src/engine/stream/event-writer.ts';
import type { Tracer } from '#src/engine/tracer.ts';
import type { Send } from '#src/outbound/request.ts';
import { findClaimedDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { type Claim, type ClaimedJob, findClaimedJobs } from '#src/store/job/claim-jobs.ts';
import { type Claimed, claimDueDeliveries, claimDueJobs } from './claim-due.ts';
import { claimFromLines } from './claim-lines.ts';
import { makePaused, type Paused } from './paused.ts';
import { claimOrRecall } from './recall.ts';

/** Options of a worker's dispatcher. */
export type DispatchOptions = {
  worker: { id: string; name: string };
  /** Number of attempts of jobs, and of deliveries, that may be in progress at once. */
  slots: number;
  /**
   * Limit for the bytes of requests and responses in memory. Above it no jobs are claimed, and only small deliveries.
   */
  memoryBytes: number;
  maxResponseBytes: number;
  send: Send;
  /** Makes a span of each attempt; absent or null: traces are off. */
  tracer?: Tracer | null;
  /** Returns false while the worker cannot reach the database. */
  inTouch: () => boolean;
  /** Returns true if other workers may have declared this one dead. */
  mayBeLost: () => boolean;
};

/** A loop of a worker, for jobs or for deliveries, with the alarm that wakes it. */
export type Loop = Pick<Pump, 'idle'> & Pick<Alarm, 'wake' | 'wakeIn'>;

/** The main path of a worker: it claims, sends and settles jobs and deliveries. */
export type Dispatcher = {
  jobs: Loop;
  /** The loop of jobs that wait in a line, for their flow or for a slot. */
  lines: Loop;
  deliveries: Loop;
  underWay: UnderWay;
  egress: EgressHealth;
  signers: Signers;
  coolDowns: CoolDowns;
  paused: Paused;
  /** Begins to claim. Before that, `coolDowns` and `paused` should have been read once. */
  start(): void;
  /** Pulls the deliveries that may soon be sent from the endpoints' lines. Call it every second. */
  moveLines(): Promise<void>;
  /** Stops claiming and waits for work in progress. After `graceMs` it interrupts the work that is left. */
  drain(graceMs: number): Promise<void>;
  /** Makes a drain interrupt all work at once, whether it has begun or begins later. */
  hurry(): void;
};

/** Makes the loops of a worker. The loop of jobs needs that of deliveries, so deliveries come first. */
export function makeDispatcher(
  deps: Reads & Links & Queues & Wakes & Routes & Upstreams & Guards & Clock & Chance & Paces & Logs,
  options: DispatchOptions,
): Dispatcher {
  const path: Path = {
    ...options,
    underWay: makeUnderWay(options.slots, reserveFor(options.slots)),
    egress: makeEgressHealth(deps.now),
    signers: makeSigners(deps),
    coolDowns: makeCoolDowns(deps),
    paused: makePaused(deps),
    alarms: { jobs: makeAlarm(), lines: makeAlarm(), deliveries: makeAlarm() },
  };
  const { underWay, alarms } = path;
  const deliveries = makeDeliveries(deps, path);
  const { jobs, lines } = makeJobs(deps, path, deliveries);
  const pumps = [deliveries.pump, jobs, lines];
  let hurried = false;

  return {
    jobs: loopOf(jobs, alarms.jobs),
    lines: loopOf(lines, alarms.lines),
    deliveries: loopOf(deliveries.pump, alarms.deliveries),
    underWay,
    egress: path.egress,
    signers: path.signers,
    coolDowns: path.coolDowns,
    paused: path.paused,
    start() {
      for (const pump of pumps) pump.start();
    },
    moveLines: deliveries.lines.move,
    hurry() {
      hurried = true;
    },
    async drain(graceMs) {
      underWay.close();
      await Promise.all([...pumps.map((pump) => pump.stop()), deliveries.lines.stop()]);
      const deadline = performance.now() + graceMs;
      while (underWay.ids().length > 0 && performance.now() < deadline && !hurried) await pause(20);
      // Settling a job may start a delivery whose slot was taken before the drain began. So requests are interrupted
      // until nothing is held.
      while (underWay.ids().length > 0) {
        for (const id of underWay.sending()) underWay.abort(id, 'shutdown');
        await pause(5);
      }
    },
  };
}

/** Parts that the loops of one worker share. */
type Path = DispatchOptions & {
  underWay: UnderWay;
  egress: EgressHealth;
  signers: Signers;
  coolDowns: CoolDowns;
  paused: Paused;
  alarms: { jobs: Alarm; lines: Alarm; deliveries: Alarm };
};

/**
 * Makes the two loops of jobs: of those in the queue, and of those in lines. Each claims a job, sends its request,
 * settles the outcome, and sends the delivery of the job's end.
 */
function makeJobs(
  deps: Reads & Links & Queues & Wakes & Routes & Upstreams & Guards & Clock & Chance & Paces & Logs,
  path: Path,
  { run: runDelivery, bytesLeft }: Deliveries,
): { jobs: Pump; lines: Pump } {
  const { worker, underWay, alarms, coolDowns, paused, inTouch, mayBeLost } = path;
  const settle = makeSettle(deps, {
    worker,
    deliverySlots: underWay.of('delivery'),
    async handOn({ delivery, row, slot }) {
      using own = slot;
      await runDelivery(delivery, row, own);
    },
    wakeIn: alarms.jobs.wakeIn,
    wakeLines: alarms.lines.wake,
  });
  const events = makeEventWriter(deps);
  const run = makeRunJob(deps, { ...path, events, onEnded: coolDowns.note }, settle);
  const budget = () => bytesLeft() - underWay.bytesOf('job') - settle.pending.bytes - events.pending.bytes;
  const slots = underWay.of('job');
  const room = makeJobRoom(slots, alarms.lines.wake);
  const rules = { room, coolDowns, paused, wakeIn: alarms.lines.wakeIn };
  type Claimer = typeof rules & { claim: Claim; bytes: number };
  const claimWith = (claim: (claimer: Claimer) => Promise<Claimed<ClaimedJob>>) => {
    const own = newClaim(worker);
    return claimOrRecall(
      deps,
      () => claim({ ...rules, claim: own, bytes: budget() }),
      async (tx) => {
        await paused.renew(tx);
        return (await findClaimedJobs(tx, own)).filter((job) => paused.of(job) === null);
      },
    );
  };
  const common = {
    mayClaim: () => inTouch() && budget() > 0,
    mayBeLost,
    async perform(job: ClaimedJob, slot: Slot) {
      const leave = room.enter(job);
      await run(job, slot).finally(leave);
    },
    onError: (error: unknown) => deps.log.warn({ err: error }, 'claiming jobs failed'),
  };
  return {
    jobs: makePump<ClaimedJob>({
      ...common,
      name: 'jobs',
      alarm: alarms.jobs,
      slots: room.queueSlots,
      claim: (limit) => claimWith((claimer) => claimDueJobs(deps, claimer, limit)),
    }),
    lines: makePump<ClaimedJob>({
      ...common,
      name: 'lines',
      alarm: alarms.lines,
      slots,
      claim: (limit) => claimWith((claimer) => claimFromLines(deps, claimer, limit)),
    }),
  };
}

/** The loop of deliveries. */
type Deliveries = {
  pump: Pump;
  lines: Lines;
  run: RunDelivery;
  /**
   * Returns the bytes of memory that deliveries leave free. Bytes of jobs do not count: a request may take hours, and
   * events must not wait for it.
   */
  bytesLeft: () => number;
};

/**
 * Makes the loop of deliveries. It claims a delivery through the gate, signs and sends it, and settles the outcome.
 * Deliveries that may not be sent wait in a line.
 */
function makeDeliveries(
  deps: Reads & Links & Queues & Wakes & Routes & Upstreams & Guards & Clock & Chance & Paces & Logs,
  path: Path,
): Deliveries {
  const { worker, underWay, alarms, inTouch, mayBeLost, memoryBytes } = path;
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
    name: 'deliveries',
    alarm: alarms.deliveries,
    slots: underWay.of('delivery'),
    mayClaim: inTouch,
    mayBeLost,
    claim(limit) {
      const claim = newClaim(worker);
      return claimOrRecall(
        deps,
        () => claimDueDeliveries(deps, claim, limit, capacity(), wakeIn),
        (tx) => findClaimedDeliveries(tx, claim),
      );
    },
    perform: (delivery, slot) => run(delivery, null, slot),
    onError: (error) => deps.log.warn({ err: error }, 'claiming deliveries failed'),
  });
  return { pump, lines, run, bytesLeft };
}

function newClaim({ id: workerId }: { id: string }): Claim {
  return { claimId: randomUUID(), workerId };
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
