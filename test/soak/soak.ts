import { setTimeout as pause } from 'node:timers/promises';
import { makeChance } from './chance.ts';
import { type SoakApp, startSoakApp } from './kinds/runs.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import { endSchedules, type KindWeights, kinds, prepareLoad, startLoad } from './load.ts';
import { findSecrets } from './secret-checks.ts';
import { type Checked, checkAll } from './soak-checks.ts';
import { type FaultName, type FaultReport, faultNames, injectFaults } from './soak-faults.ts';
import { type SoakReceiver, startSoakReceiver } from './soak-receiver.ts';
import { type AskedStack, type SoakStack, startSoakStack } from './soak-stack.ts';
import { startSoakTarget } from './soak-target.ts';
import type { LoadScene } from './submitting.ts';
import type { SwitchServer } from './switch-server.ts';
import { makeUndo, type Undo } from './undo.ts';

export type SoakSettings = {
  seed: number;
  /** Time during which faults are injected. */
  seconds: number;
  /** Faults go on until so many jobs were accepted, however slow the machine is. */
  leastAccepted: number;
  pace: 'test' | 'production';
  /** Average time between two faults. */
  faultEveryMs: number;
  /** The most seconds for which a server or the database is away. */
  awaySeconds: number;
  lanes: number;
  pauseMs: number;
  /** The longest time for all to come to its end afterwards. What is open then is stuck. */
  quietSeconds: number;
  say: (line: string) => void;
  /** Kinds of calls with their weights, and kinds of faults; all of them by default. */
  load?: KindWeights;
  faults?: readonly FaultName[];
};

export type SoakReport = Checked &
  FaultReport & {
    accepted: number;
    /** Calls that an outage left without an answer. */
    unanswered: number;
    /** Webhooks that were confirmed, and requests that brought them. */
    confirmed: number;
    webhookRequests: number;
    /** Seconds from the last fault until nothing was open. */
    quietAfterSeconds: number;
    /** Streams that were read, and connections of their readers. */
    streams: number;
    connections: number;
    /** Runs and model responses that were accepted, and bulk operations. */
    runs: number;
    responses: number;
    operations: number;
  };

/**
 * Runs Ringback under load and faults, lets it come to rest, and compares what it says with what others saw. `undo` gets all
 * that is started, for a caller that may have to end it before.
 */
export async function runSoak(settings: SoakSettings, undo: Undo = makeUndo()): Promise<SoakReport> {
  try {
    return await soak(settings, undo);
  } finally {
    await undo.run();
  }
}

async function soak(settings: SoakSettings, undo: Undo): Promise<SoakReport> {
  const { seed, pace, say, awaySeconds } = settings;
  const ledger = makeLedger(seed);
  const starting = [startSoakTarget(seed), startSoakReceiver(seed), startSoakApp()] as const;
  const [target, receiver, app] = await Promise.all(starting);
  undo.add(() => Promise.all([target.close(), receiver.close(), app.close()]));
  const stack = await startSoakStack({ workers: 3, pace, marker: ledger.marker, undo });
  await allReady(stack);
  const { pauseMs } = settings;
  const scene = await makeScene({ ledger, stack, target, receiver, app }, { seed, pauseMs });

  const load = startLoad(scene, settings.lanes, settings.load ?? kinds);
  const faultScene = { stack, receiver, target, app, ledger, chance: makeChance(seed + 1), awaySeconds };
  const source = injectFaults(faultScene, {
    everyMs: settings.faultEveryMs,
    kinds: settings.faults ?? faultNames,
    say,
  });
  await pause(settings.seconds * 1_000);
  while (!isEnough(ledger, settings)) await pause(200);
  const faults = await source.stop();
  await load.stop();
  await allReady(stack);
  await endSchedules(scene);
  say('the faults are over');
  const quietAfterSeconds = await untilQuiet(stack, settings.quietSeconds);
  await untilRead(ledger, settings.quietSeconds);

  const checked = await checkAll({ stack, ledger, target, receiver });
  const places = await findSecrets(stack, ledger);
  await stack.stopProcesses();
  checked.findings['calls that failed by a fault of ours'] = stack.ownFaults;
  checked.findings['places with a planted secret'] = [...places, ...(await stack.logsWith())];
  checked.findings['frozen workers that were not fenced'] = faults.unfenced;
  return { ...checked, ...faults, ...counts(ledger, receiver), quietAfterSeconds };
}

/** Enough was accepted, and something of every kind that is not a plain job. */
function isEnough(ledger: Ledger, { leastAccepted, load = kinds }: SoakSettings): boolean {
  const { readings, runs, responses, bulk } = ledger;
  const some: [number | undefined, number][] = [
    [load.stream, readings.length],
    [load.run, countIds(runs)],
    [load.response, countIds(responses)],
    [(load.cancelMany ?? 0) + (load.resendMany ?? 0), bulk.length],
  ];
  return countAccepted(ledger) >= leastAccepted && some.every(([weight = 0, count]) => weight === 0 || count > 0);
}

type Parts = {
  ledger: Ledger;
  stack: AskedStack;
  target: SwitchServer;
  receiver: SoakReceiver;
  app: SoakApp;
};

/** Makes the scene of a load, and all that its calls name in Ringback. */
export async function makeScene(
  { ledger, stack, target, receiver, app }: Parts,
  options: Pick<LoadScene, 'seed' | 'pauseMs' | 'fetch'>,
): Promise<LoadScene> {
  const where = { url: stack.url, apiKey: stack.credentials.apiKey };
  app.connect({ ...where, targetUrl: target.url, ledger });
  const urls = { targetUrl: target.url, receiverUrl: receiver.url, appUrl: app.url };
  const scene: LoadScene = { ...where, ...urls, ledger, chance: makeChance(options.seed), ...options };
  const secrets = await prepareLoad(scene);
  receiver.secrets.set('/plain', stack.credentials.webhookSecret);
  for (const [name, secret] of Object.entries(secrets)) receiver.secrets.set(`/${name}`, secret);
  return scene;
}

function counts(ledger: Ledger, receiver: SoakReceiver) {
  const events = [...receiver.events.values()];
  return {
    accepted: countAccepted(ledger),
    unanswered: ledger.unanswered,
    confirmed: events.filter(({ confirmed }) => confirmed > 0).length,
    webhookRequests: events.reduce((sum, { requests }) => sum + requests, 0),
    streams: ledger.readings.length,
    connections: ledger.readings.reduce((sum, { connections }) => sum + connections, 0),
    runs: countIds(ledger.runs),
    responses: countIds(ledger.responses),
    operations: ledger.bulk.length,
  };
}

const countIds = (all: ReadonlyMap<string, { ids: Set<string> }>) =>
  [...all.values()].filter(({ ids }) => ids.size > 0).length;
/** Returns how many of the jobs that were asked for have an id. */
export const countAccepted = ({ entries }: Ledger) => countIds(entries);

/** Waits for the readers of streams: all streams have ended, so the readers are told so. */
export async function untilRead({ reading }: Ledger, seconds: number): Promise<void> {
  await Promise.race([Promise.all(reading), pause(seconds * 1_000, undefined, { ref: false })]);
}

async function allReady({ web, workers, query }: SoakStack): Promise<void> {
  const isReady = async () =>
    [web, ...workers].every(({ current }) => current !== undefined) &&
    (await query('select 1').catch(() => null)) !== null;
  while (!(await isReady())) await pause(100);
}

const openSql = `select (select count(*) from job where state not in ('completed', 'failed', 'cancelled'))
  + (select count(*) from delivery where state in ('pending', 'in_progress', 'retrying'))
  + (select count(*) from run where state in ('running', 'waiting'))
  + (select count(*) from operation where state = 'running') as open`;

/**
 * Waits until no job, delivery, run and operation is open, and returns the seconds that took. It gives up when so many
 * seconds have passed without an end: a slow machine with much to do is not a fault.
 */
export async function untilQuiet({ query }: Pick<SoakStack, 'query'>, seconds: number): Promise<number> {
  const from = performance.now();
  let least = Number.POSITIVE_INFINITY;
  let since = from;
  for (;;) {
    const [row] = await query<{ open: string }>(openSql);
    const open = Number(row?.open);
    if (open < least) [least, since] = [open, performance.now()];
    if (open === 0 || performance.now() - since > seconds * 1_000) return (performance.now() - from) / 1_000;
    await pause(200);
  }
}
