import { statfs } from 'node:fs/promises';
import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { databaseCure, placeOf } from '#src/cli/failure/explain-failure.ts';
import { type ReachedDatabase, reachDatabase } from '#src/cli/run/reach-database.ts';
import { readSettings } from '#src/cli/run/read-settings.ts';
import { poolerProblem } from '#src/cli/run/require-sessions.ts';
import { StartError } from '#src/cli/start-error.ts';
import { type Config, ConfigError } from '#src/config.ts';
import { type EgressProxy, proxyPlace } from '#src/domain/egress/way-out.ts';
import { doctorLimits } from '#src/domain/limits.ts';
import { makeLog } from '#src/log.ts';
import { makeLookup } from '#src/outbound/resolve.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { readSessionKind } from '#src/store/doctor/session-kind.ts';
import { checkDisk, checkName, checkProxy } from './check-machine.ts';
import { checkEgress, checkSettings, checkUrl } from './check-settings.ts';
import { connectMs } from './connect-ms.ts';
import { examineDatabase, type Thresholds } from './examine-database.ts';
import {
  exitCodeOfFindings,
  type Finding,
  findingLines,
  findingsJson,
  judge,
  ok,
  problem,
  type Reading,
} from './finding.ts';

/** What is examined besides the settings: names that must resolve, and thresholds, which tests lower. */
export type Examination = Readonly<{ host: readonly string[]; thresholds?: Thresholds }>;

/** Runs `ringback doctor`: prints what it finds and returns the exit code. */
export async function doctor(options: Examination & { json?: boolean }): Promise<0 | 1> {
  const findings = await examine(process.env, options);
  console.log(options.json ? findingsJson(findings) : findingLines(findings).join('\n'));
  return exitCodeOfFindings(findings);
}

/** Examines the installation of these settings. It changes nothing in the database and makes no files. */
export async function examine(
  environment: Readonly<Record<string, string | undefined>>,
  { host, thresholds = {} }: Examination,
): Promise<Finding[]> {
  let config: Config;
  try {
    config = await readSettings(environment);
  } catch (error) {
    if (error instanceof ConfigError) return [checkSettings(error.problems)];
    if (error instanceof StartError) return [checkSettings([error.message])];
    throw error;
  }
  const names = ['localhost', ...host.filter((name) => name !== 'localhost')];
  const lookup = makeLookup(config.dnsServers);
  return [
    checkSettings(missingSettings(config)),
    checkUrl(config, Boolean(environment.RINGBACK_URL?.trim())),
    checkEgress(config),
    ...(config.egressProxy ? [await examineProxy(config, config.egressProxy)] : []),
    ...(await examineReached(config, thresholds)),
    ...(await Promise.all(names.map(async (name) => checkName(name, await reading(config, () => lookup(name)))))),
  ];
}

/** Returns what web and worker need beside the keys, which have a check of their own. */
function missingSettings({ databaseUrl, authSecret }: Config): string[] {
  return databaseUrl && !authSecret
    ? ['RINGBACK_AUTH_SECRET is missing, and web and worker do not start without it']
    : [];
}

/** Reads something, and keeps the reason if that fails. */
async function reading<T>(config: Config, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { read: true, value: await read() };
  } catch (error) {
    return { read: false, reason: describeFailure(error, config) };
  }
}

async function examineProxy(config: Config, proxy: EgressProxy): Promise<Finding> {
  return checkProxy(proxyPlace(proxy), await reading(config, () => connectMs(proxy.host, proxy.port)));
}

async function examineReached(config: Config, thresholds: Thresholds): Promise<Finding[]> {
  const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
  let reached: ReachedDatabase | undefined;
  let db: Db | undefined;
  try {
    reached = await reachDatabase(config, log);
    const wrong = poolerProblem(await readSessionKind(reached.url));
    // What is read through such a pooler tells nothing about the database.
    if (wrong) return [problem('pooler', `${placeOf(reached.url)}: ${wrong.says}`, wrong.cure)];
    db = makeDb(reached.url, { max: 2, name: 'doctor' });
    const opened = db;
    const findings = await examineDatabase(opened, {
      config,
      place: placeOf(reached.url),
      thresholds: { openTransactionSeconds: doctorLimits.openTransactionSeconds, ...thresholds },
      reading: (read) => reading(config, () => read(opened)),
    });
    return [
      ok('pooler', 'connections keep their sessions'),
      ...findings,
      ...(reached.folder === null ? [] : [await examineDisk(config, reached.folder)]),
    ];
  } catch (error) {
    const at = config.databaseUrl ? ` ${placeOf(config.databaseUrl)}` : '';
    const says = `the database${at} cannot be reached: ${describeFailure(error, config)}`;
    const start = 'Start "ringback up", which makes and keeps the database of the data folder.';
    return [problem('database', says, config.databaseUrl ? databaseCure(error, config.databaseUrl) : start)];
  } finally {
    await db?.close();
    await reached?.stop();
  }
}

async function examineDisk(config: Config, folder: string): Promise<Finding> {
  const free = await reading(config, async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  });
  return judge('disk', free, (bytes) => checkDisk(folder, bytes));
}
