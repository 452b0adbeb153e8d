import type { Config } from '#src/config.ts';
import { doctorLimits } from '#src/domain/limits.ts';
import { pace } from '#src/engine/pace.ts';
import type { Db } from '#src/store/db/database.ts';
import { findDeadRows } from '#src/store/doctor/dead-rows.ts';
import { findLongSessions } from '#src/store/doctor/long-sessions.ts';
import { readServerFacts } from '#src/store/doctor/server-facts.ts';
import { findUsedKeys } from '#src/store/doctor/used-keys.ts';
import { readMigrationState } from '#src/store/migrate/migration-state.ts';
import { readProjectsNow } from '#src/store/stats/backlog.ts';
import { findCertificates } from '#src/store/stats/find-certificates.ts';
import { findWorkers } from '#src/store/worker/workers.ts';
import { checkCertificates } from './check-certificates.ts';
import {
  checkClock,
  checkConnections,
  checkMigrationState,
  checkRole,
  checkRoundTrip,
  checkVersion,
} from './check-database.ts';
import { checkBacklog, checkDeadRows, checkKeys, checkSessions, checkVersions, checkWorkers } from './check-work.ts';
import { type Finding, judge, type Reading } from './finding.ts';

/** Thresholds of statements that other values make sense for in tests. */
export type Thresholds = Readonly<{ openTransactionSeconds?: number }>;

type Examined = Readonly<{
  config: Config;
  place: string;
  thresholds: Required<Thresholds>;
  reading<T>(read: (db: Db) => Promise<T>): Promise<Reading<T>>;
}>;

const roundTrips = 5;

/**
 * Returns the milliseconds of the shortest of some round trips: the others also tell how busy both machines are. The first
 * statement opens the connection, which is no part of one.
 */
async function shortestRoundTrip(db: Db): Promise<number> {
  const took: number[] = [];
  for (let trip = 0; trip <= roundTrips; trip++) {
    const startedAt = performance.now();
    await db.run('doctor_round_trip', 'select 1');
    if (trip > 0) took.push(performance.now() - startedAt);
  }
  return Math.min(...took);
}

/** Runs all checks of a database. Throws if it cannot be reached at all. */
export async function examineDatabase(db: Db, { config, place, thresholds, reading }: Examined): Promise<Finding[]> {
  const roundTripMs = await shortestRoundTrip(db);
  const facts = await reading(readTimed);
  const migrations = await reading(readMigrationState);
  const workers = await reading((on) => findWorkers(on, pace.silentAfterSeconds));
  const alive = workers.read ? workers.value.filter(({ state }) => state !== 'silent').length : 1;
  const keys = await reading((on) => findUsedKeys(on, doctorLimits.keyRows));
  const certificates = await reading(findCertificates);
  const backlog = await reading(readProjectsNow);
  const dead = await reading(findDeadRows);
  const sessions = await reading((on) => findLongSessions(on, thresholds.openTransactionSeconds));
  const configured = config.encryptionKeys.map(({ id }) => id);
  return [
    checkRoundTrip(place, roundTripMs),
    judge('version', facts, checkVersion),
    judge('role', facts, checkRole),
    judge('migrations', migrations, checkMigrationState),
    judge('clock', facts, ({ aheadMs }) => checkClock(aheadMs)),
    judge('connections', facts, (value) => checkConnections(value, config, alive)),
    judge('vacuum', facts, ({ autovacuum }) => judge('vacuum', dead, (tables) => checkDeadRows(autovacuum, tables))),
    judge('sessions', sessions, checkSessions),
    judge('keys', keys, (used) => checkKeys(used, configured)),
    judge('certificates', certificates, (rows) => checkCertificates(rows, Date.now())),
    judge('workers', workers, checkWorkers),
    judge('versions', workers, (rows) => checkVersions(rows)),
    judge('backlog', backlog, (projects) => checkBacklog(projects)),
  ];
}

/** Reads the facts, and how far this machine's clock was ahead in the middle of the reading. */
async function readTimed(db: Db) {
  await readServerFacts(db);
  const before = Date.now();
  const facts = await readServerFacts(db);
  return { ...facts, aheadMs: (before + Date.now()) / 2 - facts.now.getTime() };
}
