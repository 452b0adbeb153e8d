import type { Config } from '#src/config.ts';
import { doctorLimits } from '#src/domain/limits.ts';
import type { ServerFacts } from '#src/store/doctor/server-facts.ts';
import type { MigrationState } from '#src/store/migrate/migration-state.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Checks the time of a round trip. `place` is host, port and name, without user and password. */
export function checkRoundTrip(place: string, ms: number, limit = doctorLimits.roundTripMs): Finding {
  const says = `${place} answers in ${ms.toFixed(1)} ms`;
  const cure = 'Move Ringback and its database closer together, or find out what slows them down.';
  if (ms >= limit.problem) return problem('database', says, cure);
  return ms >= limit.warning ? warning('database', says, cure) : ok('database', says);
}

export function checkVersion(facts: Pick<ServerFacts, 'version' | 'version_text'>): Finding {
  const says = `PostgreSQL ${facts.version_text}`;
  const tested = Math.floor(doctorLimits.testedPostgres / 10_000);
  if (facts.version < doctorLimits.oldestPostgres) {
    return problem('version', `${says} is too old`, `Upgrade it to PostgreSQL ${tested}.`);
  }
  if (Math.floor(facts.version / 10_000) === tested) return ok('version', says);
  return warning('version', `${says}, while Ringback is tested with ${tested}`, `Plan to use PostgreSQL ${tested}.`);
}

export function checkRole({
  role,
  may_change,
  closed_tables,
}: Pick<ServerFacts, 'role' | 'may_change' | 'closed_tables'>): Finding {
  if (closed_tables.length > 0) {
    const says = `${role} may not read and write ${closed_tables.join(', ')}`;
    return problem('role', says, `Make "${role}" the owner of these tables, or grant it all rights on them.`);
  }
  if (may_change) return ok('role', `${role} may do what is needed`);
  const says = `${role} may not create schemas and tables, which migrations do`;
  return warning(
    'role',
    says,
    `Grant "${role}" create on the database and on its schema public, or migrate as another role.`,
  );
}

export function checkMigrationState({ waiting, unknown }: Omit<MigrationState, 'steps'>): Finding {
  if (unknown.length > 0) {
    const says = `the database is newer than this program, which does not know ${unknown.join(', ')}`;
    return problem('migrations', says, 'Run the version of Ringback that applied them, or a later one.');
  }
  if (waiting.length === 0) return ok('migrations', 'all applied, none unknown');
  return problem('migrations', `not applied: ${waiting.join(', ')}`, 'Run "ringback migrate".');
}

/** Checks how far this machine's clock is from the database's. `aheadMs` is negative if it is behind. */
export function checkClock(aheadMs: number, limit = doctorLimits.clockSkewMs): Finding {
  const off = Math.abs(aheadMs);
  const says = `this machine is ${(off / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the database`;
  const cure = 'Set both clocks by NTP: receivers refuse callbacks whose time is minutes off.';
  if (off >= limit.problem) return problem('clock', says, cure);
  return off >= limit.warning ? warning('clock', says, cure) : ok('clock', says);
}

/** Checks whether all pools fit. It assumes one web process, and `workers` workers with the same settings. */
export function checkConnections(
  { max_connections, reserved, used }: Pick<ServerFacts, 'max_connections' | 'reserved' | 'used'>,
  { dbPool }: Pick<Config, 'dbPool'>,
  workers: number,
): Finding {
  const usable = max_connections - reserved;
  const needed = (Math.max(1, workers) + 1) * (dbPool + 1);
  const says = `${used} of ${usable} connections are used; with one web process and ${workers} live workers Ringback opens up to ${needed}`;
  const cure = 'Raise max_connections of PostgreSQL, or lower RINGBACK_DB_POOL.';
  if (needed > usable) return problem('connections', says, cure);
  return Math.max(used, needed) > usable * 0.8 ? warning('connections', says, cure) : ok('connections', says);
}
