import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ServerConfig } from '#src/config.ts';
import { type Mailer, makeMailer } from '#src/engine/alert/mailer.ts';
import { sendAlertMails } from '#src/engine/alert/send-mails.ts';
import { watchAlerts } from '#src/engine/alert/watch-alerts.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { admit, readmitLost } from '#src/engine/dispatch/admit.ts';
import { type Dispatcher, makeDispatcher } from '#src/engine/dispatch/dispatch.ts';
import { checkKeys } from '#src/engine/endpoint/check-keys.ts';
import { makeGiveUpCalls } from '#src/engine/gateway/give-up-calls.ts';
import { makeRest } from '#src/engine/make-rest.ts';
import { stepOperations } from '#src/engine/operate/operations.ts';
import { type Pace, pace as productionPace } from '#src/engine/pace.ts';
import { measureBytes } from '#src/engine/quota/measure-bytes.ts';
import { makeProjectRetention, retain } from '#src/engine/retain/retain.ts';
import { retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { wakeRuns } from '#src/engine/run/wake-runs.ts';
import { runSchedules } from '#src/engine/schedule/run-schedules.ts';
import { finishCancelledRuns } from '#src/engine/settle/cancel-run.ts';
import { expireOverdue } from '#src/engine/settle/expire.ts';
import { recover, takeBackOwn, takeBackStrays } from '#src/engine/settle/recover.ts';
import { makeEngine } from '#src/engine/start/make-engine.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { tick } from '#src/engine/ticker.ts';
import type { Log } from '#src/log.ts';
import { makeLookup } from '#src/outbound/resolve.ts';
import { makeSend } from '#src/outbound/send.ts';
import { openWakeConnection, type WakeConnection } from '#src/store/db/wake.ts';
import { repairLines } from '#src/store/line/repair-lines.ts';
import { findLostClaims } from '#src/store/worker/lost-claims.ts';
import { openTracer } from '#src/tracing/open-tracer.ts';
import { startHealth } from './health-port.ts';
import { type Liveness, makeLiveness } from './liveness.ts';

/** A running worker. `stop` drains it and closes its connections. */
export type Worker = {
  stop(): Promise<void>;
  /** Interrupts now the work that a running stop waits for. */
  hurry(): void;
};

/**
 * Starts a worker. It claims, sends and settles jobs and deliveries until it is stopped. Throws if an encryption key is
 * wrong. Only tests pass a pace.
 */
export async function runWorker(
  config: ServerConfig,
  log: Log,
  { pace = productionPace }: { pace?: Pace } = {},
): Promise<Worker> {
  const mailer = makeMailer(config);
  const deps = await makeEngine(config, log, { process: 'worker', supervise: true, pace });
  const { db, queue } = deps;
  await checkKeys(deps);
  const outbound = makeOutbound(deps, config);
  const tracer = await openTracer(config.traces, 'worker', log);
  let dispatcher: Dispatcher | undefined;
  let liveness: Liveness | undefined;
  // A worker whose port is taken ends here, before it has claimed anything.
  const health = await startHealth(config.workerPort, () => liveness?.inTouch() ?? false);
  liveness = await makeLiveness(db, {
    id: config.workerId ?? randomUUID(),
    name: `${hostname()}:${process.pid}`,
    slots: config.workerSlots,
    pace,
    condition: () => ({
      inFlight: dispatcher?.underWay.sending().length ?? 0,
      egressDown: dispatcher?.egress.isDown() ?? false,
    }),
    onDeclaredDead: () => {
      log.warn({}, 'another worker declared this one dead and has taken over its jobs and deliveries');
      for (const id of dispatcher?.underWay.sending() ?? []) dispatcher?.underWay.abort(id, 'lost');
    },
    onError: (err) => log.warn({ err }, 'heartbeat failed'),
  });
  await takeBackOwn(deps, liveness.worker);
  dispatcher = makeDispatcher(deps, {
    worker: liveness.worker,
    slots: config.workerSlots,
    memoryBytes: config.workerMemoryBytes,
    maxResponseBytes: config.maxResponseBytes,
    send: outbound.send,
    tracer,
    inTouch: () => liveness.inTouch(),
    mayBeLost: () => liveness.mayBeLost(),
  });
  await Promise.all([dispatcher.coolDowns.refresh(), dispatcher.paused.refresh()]);
  const wakes = listen(config.databaseUrl, dispatcher, log);
  const tickers = startTickers(deps, { dispatcher, liveness, mailer }, config, log);
  // Nothing that can fail comes after the first claim: what is claimed would be cut, and lose an attempt.
  dispatcher.start();
  log.info({ worker: liveness.worker.name, slots: config.workerSlots }, 'worker ready');

  return {
    hurry: () => dispatcher?.hurry(),
    async stop() {
      await Promise.all(tickers.map((ticker) => ticker.stop()));
      await Promise.all([dispatcher?.drain(config.workerDrainSeconds * 1000), liveness.drain()]);
      await wakes.close();
      await liveness.stop();
      await health.close();
      await queue.stop();
      await outbound.close();
      await tracer?.stop();
      await db.close();
    },
  };
}

function makeOutbound({ egress }: EngineDeps, config: ServerConfig) {
  return makeSend({
    egress,
    connectionsPerOrigin: config.workerSlots,
    maxHeaderBytes: config.maxResponseHeaderBytes,
    bodyMemoryBytes: config.workerMemoryBytes,
    lookup: makeLookup(config.dnsServers),
    proxy: config.egressProxy ?? null,
  });
}

/** Listens to signals of other processes. */
function listen(
  databaseUrl: string,
  { jobs, lines, deliveries, coolDowns, paused, underWay, signers }: Dispatcher,
  log: Log,
): WakeConnection {
  const failed = (what: string) => (err: unknown) => log.warn({ err }, `${what} failed`);
  return openWakeConnection(databaseUrl, {
    due: () => {
      jobs.wake();
      deliveries.wake();
    },
    submitted: (inMs) => (Number(inMs) > 0 ? jobs.wakeIn(Number(inMs)) : jobs.wake()),
    line: lines.wake,
    cancelled: (jobId) => underWay.abort(jobId, 'lost'),
    secrets: () => signers.forget(),
    cooldown: () => void coolDowns.refresh().catch(failed('reading cool-downs')),
    pause: () => void paused.refresh().then(lines.wake, failed('reading what is paused')),
  });
}

function startTickers(
  deps: EngineDeps,
  { dispatcher, liveness, mailer }: { dispatcher: Dispatcher; liveness: Liveness; mailer: Mailer | null },
  config: ServerConfig,
  log: Log,
) {
  const { pace } = deps;
  const warn = (what: string) => (err: unknown) => log.warn({ err }, `${what} failed`);
  const due = async () => {
    for (const delayMs of await admit(deps, 'fetch')) dispatcher.jobs.wakeIn(delayMs);
    for (const delayMs of await admit(deps, 'deliver')) dispatcher.deliveries.wakeIn(delayMs);
  };
  const dead = (stopped: () => boolean) =>
    recover(deps, { judgeSilence: liveness.mayJudge(), worker: liveness.worker, stopped });
  const fold = () => foldStats(deps, { measure: true });
  const clear = makeProjectRetention(deps, retentionDefaults(config.jobRetentionDays));
  return [
    // Each task has its own ticker, so that a failing task does not stop the others.
    tick(pace.stepMs, due, warn('admitting')),
    tick(pace.stepMs, () => expireOverdue(deps), warn('expiring')),
    tick(pace.stepMs, dead, warn('taking over')),
    tick(pace.stepMs, (stopped) => runSchedules(deps, stopped), warn('schedules')),
    tick(pace.stepMs, () => wakeRuns(deps), warn('waking runs')),
    tick(pace.readmitMs, () => finishCancelledRuns(deps), warn('cancelling jobs of runs')),
    tick(pace.operateMs, () => stepOperations(deps), warn('operations')),
    tick(pace.stepMs, dispatcher.moveLines, warn('lines')),
    tick(pace.stepMs, dispatcher.coolDowns.refresh, warn('reading cool-downs')),
    tick(pace.stepMs, dispatcher.paused.refresh, warn('reading what is paused')),
    ...startRepairs(deps, dispatcher, liveness, warn),
    tick(pace.giveUpCallsMs, makeGiveUpCalls(deps), warn('giving up calls')),
    tick(pace.retainMs, (stopped) => retain(deps, stopped), warn('retention')),
    tick(pace.retainProjectsMs, clear, warn('retention of projects')),
    tick(pace.measureBytesMs, (stopped) => measureBytes(deps, stopped), warn('measuring bytes')),
    tick(pace.alertMs, (stopped) => watchAlerts(deps, stopped).then(() => undefined), warn('looking for alerts')),
    ...(mailer === null
      ? []
      : [tick(pace.alertMailMs, (stopped) => sendAlertMails(deps, mailer, stopped), warn('sending e-mails'))]),
    tick(makeRest(pace, pace.foldMs, { longestMs: pace.longestFoldRestMs }), fold, warn('folding statistics')),
  ];
}

/** Starts the looks for what was lost on the way. While dead rows pile up they take ever longer, and rest for it. */
function startRepairs(
  deps: EngineDeps,
  dispatcher: Dispatcher,
  liveness: Liveness,
  warn: (what: string) => (err: unknown) => void,
) {
  const { pace } = deps;
  const lost = async () => {
    // If the queue is empty, a row that still waits has lost its message, so a short wait is enough. With a busy queue
    // the message may only be late.
    await readmitLost(deps, 'fetch', dispatcher.jobs.idle ? pace.readmitIdleSeconds : pace.readmitBusySeconds);
    await repairLines(deps.db);
    await readmitLost(deps, 'deliver', dispatcher.deliveries.idle ? pace.readmitIdleSeconds : pace.readmitBusySeconds);
  };
  const strays = () => takeBackStrays(deps, liveness.worker, dispatcher.underWay.ids);
  // A cancellation is signalled by NOTIFY. If the signal was missed, this check finds that the claim is gone.
  const stillOurs = async () => {
    for (const id of await findLostClaims(deps.db, dispatcher.underWay.sending(), liveness.worker.id))
      dispatcher.underWay.abort(id, 'lost');
  };
  const rest = (everyMs: number) => makeRest(pace, everyMs, { isOutage: () => !liveness.inTouch() });
  return [
    tick(rest(pace.checkClaimsMs), stillOurs, warn('checking claims')),
    tick(rest(pace.readmitMs), lost, warn('readmitting')),
    tick(rest(pace.takeBackMs), strays, warn('taking back')),
  ];
}
