import { setTimeout as pause } from 'node:timers/promises';
import { makeChance } from './chance.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import { endSchedules, type LoadScene, prepareLoad, startLoad } from './load.ts';
import { findSecrets } from './secret-checks.ts';
import { type Checked, checkAll } from './soak-checks.ts';
import { type FaultReport, injectFaults } from './soak-faults.ts';
import { startSoakReceiver } from './soak-receiver.ts';
import { type SoakStack, startSoakStack } from './soak-stack.ts';
import { startSoakTarget } from './soak-target.ts';

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
  };

/** Runs Ringback under load and faults, lets it come to rest, and compares what it says with what others saw. */
export async function runSoak(settings: SoakSettings): Promise<SoakReport> {
  const { seed, pace, say } = settings;
  const ledger = makeLedger(seed);
  const [stack, target, receiver] = await Promise.all([
    startSoakStack({ workers: 3, pace, marker: ledger.marker }),
    startSoakTarget(seed),
    startSoakReceiver(seed),
  ]);
  try {
    const scene: LoadScene = {
      url: stack.url,
      apiKey: stack.credentials.apiKey,
      targetUrl: target.url,
      receiverUrl: receiver.url,
      ledger,
      chance: makeChance(seed),
      pauseMs: settings.pauseMs,
    };
    await allReady(stack);
    const secrets = await prepareLoad(scene);
    receiver.secrets.set('/plain', stack.credentials.webhookSecret);
    receiver.secrets.set('/named', secrets.named).set('/wide', secrets.wide);

    const load = startLoad(scene, settings.lanes);
    const { awaySeconds } = settings;
    const faultScene = { stack, receiver, target, chance: makeChance(seed + 1), awaySeconds };
    const source = injectFaults(faultScene, settings.faultEveryMs, say);
    await pause(settings.seconds * 1_000);
    while (countAccepted(ledger) < settings.leastAccepted) await pause(200);
    const faults = await source.stop();
    await load.stop();
    await allReady(stack);
    await endSchedules(scene);
    say('the faults are over');
    const quietAfterSeconds = await untilQuiet(stack, settings.quietSeconds);

    const checked = await checkAll({ stack, ledger, target, receiver });
    const places = await findSecrets(stack, ledger);
    await stack.stopProcesses();
    checked.findings['places with a planted secret'] = [...places, ...(await stack.logsWith())];
    checked.findings['frozen workers that were not fenced'] = faults.unfenced;
    const events = [...receiver.events.values()];
    return {
      ...checked,
      ...faults,
      accepted: countAccepted(ledger),
      unanswered: ledger.unanswered,
      confirmed: events.filter(({ confirmed }) => confirmed > 0).length,
      webhookRequests: events.reduce((sum, { requests }) => sum + requests, 0),
      quietAfterSeconds,
    };
  } finally {
    await stack.close();
    await Promise.all([target.close(), receiver.close()]);
  }
}

const countAccepted = ({ entries }: Ledger) => [...entries.values()].filter(({ ids }) => ids.size > 0).length;

async function allReady({ web, workers, query }: SoakStack): Promise<void> {
  const isReady = async () =>
    [web, ...workers].every(({ current }) => current !== undefined) &&
    (await query('select 1').catch(() => null)) !== null;
  while (!(await isReady())) await pause(100);
}

const openSql = `select (select count(*) from job where state not in ('completed', 'failed', 'cancelled'))
  + (select count(*) from delivery where state in ('pending', 'in_progress', 'retrying')) as open`;

/** Waits until no job and no delivery is open, and returns the seconds that took. */
async function untilQuiet({ query }: SoakStack, seconds: number): Promise<number> {
  const from = performance.now();
  for (;;) {
    const [row] = await query<{ open: string }>(openSql);
    const took = (performance.now() - from) / 1_000;
    if (Number(row?.open) === 0 || took > seconds) return took;
    await pause(200);
  }
}
