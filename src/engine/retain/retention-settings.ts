import type { Retention, RetentionView } from '#src/contract/project/retention.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits } from '#src/domain/limits.ts';
import type { Db } from '#src/store/db/database.ts';
import {
  findProjectSettings,
  lockProjectSettings,
  type ProjectSettingsRow,
  updateProjectSettings,
} from '#src/store/retention/project-settings.ts';

/** What a project may set; null returns to the server's value, absent leaves it. */
export type RetentionChange = { [Key in keyof Retention]?: number | null | undefined };

/** What holds where a project says nothing. */
export function retentionDefaults(jobsDays: number): Retention {
  return {
    resultTtlSeconds: limits.resultTtlSeconds.default,
    jobsDays,
    attemptsDays: jobsDays,
    deliveriesDays: jobsDays,
  };
}

/** What holds in a project: attempts and deliveries go with their job at the latest. */
export function retentionOf(row: ProjectSettingsRow, defaults: Retention): Retention {
  const jobsDays = row.retainJobsDays ?? defaults.jobsDays;
  return {
    resultTtlSeconds: row.resultTtlSeconds ?? defaults.resultTtlSeconds,
    jobsDays,
    attemptsDays: Math.min(row.retainAttemptsDays ?? defaults.attemptsDays, jobsDays),
    deliveriesDays: Math.min(row.retainDeliveriesDays ?? defaults.deliveriesDays, jobsDays),
  };
}

export function retentionView(row: ProjectSettingsRow, defaults: Retention): RetentionView {
  const own: (keyof Retention)[] = [];
  if (row.resultTtlSeconds !== null) own.push('resultTtlSeconds');
  if (row.retainJobsDays !== null) own.push('jobsDays');
  if (row.retainAttemptsDays !== null) own.push('attemptsDays');
  if (row.retainDeliveriesDays !== null) own.push('deliveriesDays');
  return { ...retentionOf(row, defaults), defaults, own };
}

/** The row as it would be after a change; refuses what contradicts itself. */
export function changedSettings(
  row: ProjectSettingsRow,
  change: RetentionChange,
  defaults: Retention,
): ProjectSettingsRow {
  const pick = (key: keyof Retention, now: number | null) => (change[key] === undefined ? now : change[key]);
  const next = {
    id: row.id,
    resultTtlSeconds: pick('resultTtlSeconds', row.resultTtlSeconds),
    retainJobsDays: pick('jobsDays', row.retainJobsDays),
    retainAttemptsDays: pick('attemptsDays', row.retainAttemptsDays),
    retainDeliveriesDays: pick('deliveriesDays', row.retainDeliveriesDays),
  };
  const jobsDays = next.retainJobsDays ?? defaults.jobsDays;
  for (const [field, days] of [
    ['attemptsDays', next.retainAttemptsDays],
    ['deliveriesDays', next.retainDeliveriesDays],
  ] as const) {
    if (days !== null && days > jobsDays) {
      const message = `${field} may be at most jobsDays (${jobsDays}): they go with their job`;
      throw new Refusal('invalid_input', message, field);
    }
  }
  return next;
}

/** The project's row, or `not_found`. */
export async function loadSettings(db: Db, projectId: string): Promise<ProjectSettingsRow> {
  const row = await findProjectSettings(db, projectId);
  if (!row) throw noProject();
  return row;
}

function noProject(): Refusal {
  return new Refusal('not_found', 'there is no such project');
}

export async function getRetention(db: Db, projectId: string, defaults: Retention): Promise<RetentionView> {
  return retentionView(await loadSettings(db, projectId), defaults);
}

export function setRetention(
  db: Db,
  projectId: string,
  change: RetentionChange,
  defaults: Retention,
): Promise<RetentionView> {
  return db.prismaTransaction(async (tx) => {
    const row = await lockProjectSettings(tx, projectId);
    if (!row) throw noProject();
    const next = changedSettings(row, change, defaults);
    await updateProjectSettings(tx, next);
    return retentionView(next, defaults);
  });
}

/** A project's retention as submitting reads it, looked up again after a second. */
export type RetentionCache = { of(projectId: string): Promise<Retention>; forget(): void };

const cacheMs = 1_000;

export function makeRetentionCache(db: Db, defaults: Retention, now: () => number): RetentionCache {
  const cache = new Map<string, { until: number; value: Promise<Retention> }>();
  return {
    of(projectId) {
      const known = cache.get(projectId);
      if (known && known.until > now()) return known.value;
      const value = loadSettings(db, projectId).then((row) => retentionOf(row, defaults));
      value.catch(() => cache.delete(projectId));
      cache.set(projectId, { until: now() + cacheMs, value });
      return value;
    },
    forget: () => cache.clear(),
  };
}
