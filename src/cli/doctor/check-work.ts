import { doctorLimits, readLimits } from '#src/domain/limits.ts';
import type { DeadRows } from '#src/store/doctor/dead-rows.ts';
import type { LongSession } from '#src/store/doctor/long-sessions.ts';
import type { UsedKey } from '#src/store/doctor/used-keys.ts';
import type { ProjectNowRow } from '#src/store/stats/backlog.ts';
import type { WorkerRow } from '#src/store/worker/workers.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Checks that all keys that stored values name are configured. `configured` lists their ids, the current one first. */
export function checkKeys(used: readonly UsedKey[], configured: readonly string[]): Finding {
  const missing = used.filter(({ key_id }) => !configured.includes(key_id));
  if (missing.length > 0) {
    const tables = [...Map.groupBy(missing, ({ key_id }) => key_id)].map(
      ([id, rows]) => `"${id}" (${[...new Set(rows.map(({ table }) => table))].join(', ')})`,
    );
    const cure =
      'Put the missing keys behind the first one in RINGBACK_ENCRYPTION_KEYS, or into secrets.json of the data folder.';
    return problem('keys', `stored secrets need keys that are not configured: ${tables.join('; ')}`, cure);
  }
  const [current] = configured;
  if (current === undefined) {
    const cure = 'Set RINGBACK_ENCRYPTION_KEYS, or let "ringback up" make a key.';
    return problem('keys', 'no encryption key is configured', cure);
  }
  const quoted = (ids: readonly string[]) => ids.map((id) => `"${id}"`).join(', ');
  const [older, unused] = [true, false].map((isUsed) =>
    configured.slice(1).filter((id) => used.some(({ key_id }) => key_id === id) === isUsed),
  ) as [string[], string[]];
  const opens =
    older.length === 0 ? '' : `, and ${quoted(older)} still opens what it sealed until "ringback keys rotate"`;
  const idle =
    unused.length === 0
      ? ''
      : `; ${quoted(unused)} was found nowhere, and can be removed when "ringback keys rotate --check" finds nothing either`;
  return ok('keys', `"${current}" encrypts${opens}${idle}`);
}

export function checkWorkers(workers: readonly WorkerRow[]): Finding {
  const [alive, draining, silent] = (['alive', 'draining', 'silent'] as const).map((state) =>
    workers.filter((worker) => worker.state === state),
  );
  const names = (rows: readonly WorkerRow[] = []) => rows.map(({ name }) => name).join(', ');
  if (!alive?.length) {
    const others = draining?.length ? `; stopping: ${names(draining)}` : '';
    return problem('workers', `no worker is alive${others}`, 'Start "ringback up" or "ringback worker".');
  }
  const cutOff = alive.filter(({ egress_down_since }) => egress_down_since !== null);
  if (cutOff.length > 0) {
    const says = `${names(cutOff)} reach no host that answered before`;
    return warning('workers', says, 'Look at the network, DNS and firewall of these machines.');
  }
  if (silent?.length) {
    const cure = 'Look whether these machines and their connections to the database are well.';
    return warning('workers', `alive: ${names(alive)}; silent: ${names(silent)}`, cure);
  }
  return ok('workers', `alive: ${names(alive)}`);
}

/** Checks that all workers run the same version, or do not for longer than an upgrade takes. */
export function checkVersions(workers: readonly WorkerRow[], patience = doctorLimits.mixedVersionsSeconds): Finding {
  const running = workers.filter(({ state }) => state !== 'silent');
  const groups = [...Map.groupBy(running, ({ version }) => version ?? 'one before versions were stored')];
  const list = groups.map(([version, rows]) => `${version} (${rows.map(({ name }) => name).join(', ')})`).join('; ');
  if (groups.length < 2) return ok('versions', groups.length === 0 ? 'no worker is alive' : `all workers run ${list}`);
  // Two versions run since the first worker of the later one started. Heartbeats are by the same clock as starts.
  const startOf = (rows: readonly WorkerRow[]) => Math.min(...rows.map(({ started_at: at }) => at.getTime()));
  const since = Math.max(...groups.map(([, rows]) => startOf(rows)));
  const seconds = (Math.max(...running.map(({ heartbeat_at: at }) => at.getTime())) - since) / 1000;
  const says = `workers run different versions: ${list}`;
  if (seconds < patience) return ok('versions', `${says}; an upgrade seems to be under way`);
  const cure = 'Finish the upgrade: install the same version everywhere, and restart the workers that have another.';
  return warning('versions', `${says}, for ${Math.round(seconds / 60)} min`, cure);
}

/** Checks what is due in all projects together. */
export function checkBacklog(
  projects: readonly Pick<ProjectNowRow, 'queued' | 'oldest_seconds' | 'deliveries'>[],
  limit = { oldest: doctorLimits.oldestDueSeconds, queued: doctorLimits.queuedJobs },
): Finding {
  const sum = (of: (row: (typeof projects)[number]) => number) => projects.reduce((total, row) => total + of(row), 0);
  const queued = sum((row) => row.queued);
  const oldest = Math.max(0, ...projects.map(({ oldest_seconds }) => oldest_seconds ?? 0));
  const capped = projects.some((row) => Math.max(row.queued, row.deliveries) > readLimits.countedRows);
  const says = `${capped ? 'at least ' : ''}${queued} jobs are due, the oldest for ${Math.round(oldest)} s; ${sum((row) => row.deliveries)} callbacks wait`;
  const cure = 'Look whether jobs wait for flows or a slow target in the dashboard, and add workers if not.';
  if (oldest >= limit.oldest.problem) return problem('backlog', says, cure);
  return oldest >= limit.oldest.warning || queued >= limit.queued.warning
    ? warning('backlog', says, cure)
    : ok('backlog', says);
}

export function checkDeadRows(
  autovacuum: boolean,
  tables: readonly DeadRows[],
  limit = doctorLimits.deadRows,
): Finding {
  const off = tables.filter(({ vacuum_off }) => vacuum_off).map(({ table }) => table);
  if (!autovacuum || off.length > 0) {
    const says = autovacuum ? `autovacuum is off for ${off.join(', ')}` : 'autovacuum is off';
    return problem(
      'vacuum',
      says,
      'Turn autovacuum and track_counts on: tables would grow and become slow without end.',
    );
  }
  const says = (rows: readonly DeadRows[]) => rows.map(({ table, dead }) => `${table} ${dead}`).join(', ');
  const many = tables.filter(({ live, dead }) => dead >= limit.warning && dead > live);
  if (many.length > 0) {
    const cure = 'Look for long transactions, and let autovacuum do more at once (autovacuum_vacuum_cost_limit).';
    return warning('vacuum', `many dead rows: ${says(many)}`, cure);
  }
  const most = tables.filter(({ dead }) => dead > 0).slice(0, 3);
  return ok('vacuum', `autovacuum is on; dead rows: ${most.length > 0 ? says(most) : 'none'}`);
}

/** Checks the transactions that have been open for longer than the limit. */
export function checkSessions(sessions: readonly LongSession[]): Finding {
  if (sessions.length === 0) return ok('sessions', 'no transaction is open for long');
  const list = sessions.map(
    ({ pid, program, state, seconds }) => `${program} (${state}, ${Math.round(seconds)} s, pid ${pid})`,
  );
  const cure = 'End them with pg_terminate_backend(pid) if nobody needs them: they keep vacuum from removing rows.';
  const says = `transactions open for long: ${list.join('; ')}`;
  const idle = sessions.some(({ state }) => state.startsWith('idle in transaction'));
  return idle ? problem('sessions', says, cure) : warning('sessions', says, cure);
}
